import { AxeBuilder } from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { calls, expect, says, test } from "./support/test";

const cards = (page: Page) => page.getByRole("region", { name: "Waiting for your decision" }).getByRole("article");
const approve = (within: Locator) => within.getByRole("button", { name: "Approve", exact: true });
/** While a button isn't ready a click scrolls what holds it, which makes its card new again: so it is waited for first. */
async function press(button: Locator): Promise<void> {
  await button.scrollIntoViewIfNeeded();
  await expect(button).toBeEnabled();
  await button.click();
}
const execute = (command: string) => calls("execute", { command });

/** Faults that shut people out, among the cards or in their dialog. */
async function faults(page: Page, within = ".hold-points"): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).include(within).analyze();
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return grave.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(" ")}`,
  );
}

interface Told {
  role: string;
  content?: string | null;
}

/** What the model was told last about its calls. */
const results = (requests: { messages: Told[] }[]) =>
  (requests.at(-1)?.messages ?? []).filter(({ role }) => role === "tool").map(({ content }) => content ?? "");

test("a command is shown whole, and runs once it is approved", async ({ page, holdpoint, model, openThread }) => {
  model.on("greet", [execute("echo good; echo morning")], [says("Done.")]);
  const thread = await openThread();
  await holdpoint.say(thread, "greet");

  await expect(page.getByRole("alert").filter({ hasText: "One call waits for your decision: execute" })).toBeAttached();
  await expect(cards(page).getByRole("group", { name: "Code" }).first()).toHaveText("echo good; echo morning");
  await press(approve(cards(page)));

  await expect(page.getByText("Done.", { exact: true })).toBeVisible();
  await expect(cards(page)).toHaveCount(0);
  expect(results(model.requests)[0]).toContain("good\nmorning");
});

test("an edit runs in place of what was asked", async ({ page, holdpoint, model, openThread, complaints }) => {
  complaints.allow(/422/);
  model.on("say it", [execute("echo wrong")], [says("Done.")]);
  const thread = await openThread();
  await holdpoint.say(thread, "say it");
  const card = cards(page);
  await card.getByRole("button", { name: "Edit" }).click();

  await card.getByLabel("command").fill("");
  await card.getByLabel("command").fill("echo right");
  await card.getByText("Show as JSON").click();
  await card.getByLabel("Arguments (JSON)").fill('{"command": "echo right", "timeout": "soon"}');
  await card.getByRole("button", { name: "Approve with these changes" }).click();
  await expect(card.getByRole("alert").filter({ hasText: "timeout" })).toBeVisible();
  await card.getByLabel("Arguments (JSON)").fill('{"command": "echo right"}');
  await page.keyboard.press("Control+Enter");

  await expect(page.getByText("Done.", { exact: true })).toBeVisible();
  expect(results(model.requests)[0]).toContain("right");
});

test("a rejection tells why, and an answer takes the tool's place", async ({ page, holdpoint, model, openThread }) => {
  model.on("try", [execute("rm -rf ."), execute("cat /secret")], [says("Done.")]);
  const thread = await openThread();
  await holdpoint.say(thread, "try");
  await expect(cards(page)).toHaveCount(2);

  await cards(page).nth(0).getByRole("button", { name: "Reject" }).click();
  await cards(page).nth(0).getByLabel("Reason (optional)").fill("Not the workspace!");
  await cards(page).nth(0).getByRole("button", { name: "Reject" }).click();
  await cards(page).last().getByRole("button", { name: "Answer in its place" }).click();
  await cards(page).last().getByLabel("Your answer").fill("It is 42.");
  await page.keyboard.press("Control+Enter");

  await expect(page.getByText("Done.", { exact: true })).toBeVisible();
  expect(results(model.requests)[0]).toContain("They said: Not the workspace!");
  expect(results(model.requests)[1]).toBe("It is 42.");
});

test("a change is shown as a diff, a new file in its colours", async ({ page, holdpoint, model, openThread }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const thread = await openThread();
  await holdpoint.write(thread, "/workspace/a.py", "x = 1\ny = 2\n");
  const edit = { file_path: "/workspace/a.py", old_string: "y = 2", new_string: "y = 3" };
  model.on(
    "change",
    [calls("edit_file", edit), calls("write_file", { file_path: "/workspace/b.py", content: "return 1" })],
    [says("Done.")],
  );

  await holdpoint.say(thread, "change");

  await expect(cards(page).nth(0).getByRole("group", { name: "Changes" }).getByRole("deletion")).toHaveText("-y = 2");
  await expect(cards(page).nth(0).getByRole("insertion")).toHaveText("+y = 3");
  await expect(cards(page).nth(1).locator(".hljs-keyword")).toHaveText("return");
  await expect(approve(cards(page).nth(0))).toBeEnabled();
  expect(await faults(page)).toEqual([]);
  await cards(page).nth(0).getByRole("button", { name: "Edit" }).click();
  await expect(cards(page).getByLabel("new_string")).toBeFocused();
  expect(await faults(page)).toEqual([]);
  await expect(cards(page).nth(1)).toContainText("/workspace/b.py");
});

test("a diff has the colours of its language, and shows exactly what it says", async ({
  page,
  holdpoint,
  model,
  openThread,
}) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const thread = await openThread();
  await holdpoint.write(thread, "/workspace/a.py", 'def f():\n    """Says\n    a & b."""\n    return 1\n');
  const edit = {
    file_path: "/workspace/a.py",
    old_string: '    a & b."""\n    return 1',
    new_string: '    <b>c</b>.\u202e"""\n    return \'<img src=x onerror=alert(1)>\'',
  };
  model.on("recolour", [calls("edit_file", edit)], [says("Done.")]);

  await holdpoint.say(thread, "recolour");

  const diff = cards(page).getByRole("group", { name: "Changes" });
  await expect(diff.locator("ins .hljs-keyword")).toHaveText("return");
  await expect(diff.locator("del .hljs-keyword")).toHaveText("return");
  await expect(diff.locator("ins .hljs-string").first()).toHaveText('    <b>c</b>.⟨U+202E⟩"""');
  const texts = (of: Locator) => of.evaluateAll((lines) => lines.map((line) => line.textContent));
  expect(await texts(diff.locator("> :not(.diff-note)"))).toEqual([
    " def f():",
    '     """Says',
    '-    a & b."""',
    "-    return 1",
    '+    <b>c</b>.⟨U+202E⟩"""',
    "+    return '<img src=x onerror=alert(1)>'",
  ]);
  await expect(diff.getByRole("deletion")).toHaveCount(2);
  await expect(diff.getByRole("insertion")).toHaveCount(2);
  await expect(diff.locator("b, img")).toHaveCount(0);
  await expect(approve(cards(page))).toBeEnabled();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ reducedMotion: "reduce", colorScheme });
    await expect(page.locator(`.v-theme--${colorScheme}`).first()).toBeAttached();
    expect(await faults(page)).toEqual([]);
  }
});

test("several are decided one by one, or together", async ({ page, holdpoint, model, openThread }) => {
  model.on(
    "four",
    ["1", "2", "3", "4"].map((n) => execute(`echo number-${n}`)),
    [says("Done.")],
  );
  const thread = await openThread();
  await holdpoint.say(thread, "four");
  await expect(cards(page).nth(1)).toContainText("2 of 4");

  await press(approve(cards(page).nth(1)));
  await expect(cards(page).nth(1)).toContainText("Approved");
  await page.getByRole("button", { name: "Approve all 3" }).click();
  const dialog = page.getByRole("dialog", { name: "Approve all 3" });
  await expect(dialog.getByRole("listitem")).toHaveText([/number-1/, /number-3/, /number-4/]);
  await dialog.getByRole("button", { name: "Approve all 3" }).click();

  await expect(page.getByText("Done.", { exact: true })).toBeVisible();
  expect(results(model.requests).map((result) => /number-\d/.exec(result)?.[0])).toEqual(
    ["1", "2", "3", "4"].map((n) => `number-${n}`),
  );
});

test("a long call says that it goes on, until its end is in view", async ({ page, holdpoint, model, openThread }) => {
  model.on("at length", [execute(Array.from({ length: 60 }, (_, at) => `echo ${at}`).join("\n"))], [says("Done.")]);
  const thread = await openThread();
  await holdpoint.say(thread, "at length");
  const sign = cards(page).getByText("More below");
  await expect(sign).toBeInViewport();

  await cards(page)
    .locator(".hold-content")
    .first()
    .evaluate((box) => box.scrollTo(0, box.scrollHeight));

  await expect(sign).toHaveCount(0);
  await expect(approve(cards(page))).toBeInViewport();
});

test("a long conversation takes no room from what waits", async ({ page, holdpoint, model, openThread }) => {
  const long = Array.from({ length: 60 }, (_, at) => `Paragraph ${at}`).join("\n\n");
  model.on("at length", [says(long), execute(Array.from({ length: 60 }, (_, at) => `echo ${at}`).join("\n"))]);
  const thread = await openThread();
  await holdpoint.say(thread, "at length");
  await expect(page.getByText("Paragraph 59")).toBeAttached();

  await expect(approve(cards(page))).toBeInViewport({ ratio: 1 });
  const dock = page.locator(".hold-points");
  expect(await dock.evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)).toBe(0);
});

for (const [width, height] of [
  [1280, 720],
  [360, 640],
  [640, 400],
] as const) {
  test(`what waits leaves room for the rest in ${width} by ${height}`, async ({
    page,
    holdpoint,
    model,
    openThread,
  }) => {
    model.on("at length", [execute(Array.from({ length: 60 }, (_, at) => `echo ${at}`).join("\n"))], [says("Done.")]);
    await page.setViewportSize({ width, height });
    const thread = await openThread();
    await holdpoint.say(thread, "at length");
    await expect(cards(page)).toHaveCount(1);
    const message = page.getByRole("textbox", { name: "Message" });
    for (const word of ["one", "two", "three", "four", "five"]) {
      await message.fill(word);
      await message.press("Enter");
    }
    await expect(page.getByRole("list", { name: "Not sent yet" }).getByRole("listitem")).toHaveCount(5);

    const bottom = async (of: Locator) => (await of.boundingBox())!.y + (await of.boundingBox())!.height;
    expect(await bottom(message)).toBeLessThanOrEqual(height);
    await expect(page.getByRole("button", { name: "Stop" })).toBeInViewport({ ratio: 1 });
    if (height > 576) expect((await page.getByRole("log").boundingBox())!.height).toBeGreaterThan(40);
    await approve(cards(page)).scrollIntoViewIfNeeded();
    await expect(approve(cards(page))).toBeInViewport({ ratio: 1 });
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(height);
  });
}

test("what is approved together was shown to its end", async ({ page, holdpoint, model, openThread }) => {
  const long = `echo ${"x".repeat(700)}\u001b[2J; echo last`;
  model.on("long ones", [execute(long), execute(`${long} of all`)], [says("Done.")]);
  await page.setViewportSize({ width: 1280, height: 500 });
  const thread = await openThread();
  await holdpoint.say(thread, "long ones");
  await expect(cards(page)).toHaveCount(2);

  await page.getByRole("button", { name: "Approve all 2" }).click();
  const dialog = page.getByRole("dialog", { name: "Approve all 2" });
  const confirm = dialog.getByRole("button", { name: "Approve all 2" });
  const end = dialog.getByText("Exact arguments").last();
  await expect(dialog.getByText("Contains hidden characters")).toHaveCount(2);
  await expect(dialog.getByText("There is more below.")).toBeVisible();
  await expect(end).not.toBeInViewport();
  await page.keyboard.press("Control+Enter");
  await expect(confirm).toBeDisabled();
  await page.emulateMedia({ reducedMotion: "reduce" });
  expect(await faults(page, "[role=dialog]")).toEqual([]);

  await page.keyboard.press("End");
  await expect(end).toBeInViewport();
  await expect(confirm).toBeEnabled();
  await page.keyboard.press("Control+Enter");

  await expect(page.getByText("Done.", { exact: true })).toBeVisible();
  await expect(page.getByRole("main")).toBeFocused();
});

test("what moves a card's buttons makes them new", async ({ page, holdpoint, model, openThread }) => {
  model.on("moves", [execute("echo a")], [says("Done.")]);
  const thread = await openThread();
  await holdpoint.say(thread, "moves");
  await expect(approve(cards(page))).toBeEnabled();

  const before = await approve(cards(page)).boundingBox();
  await page.getByRole("textbox").first().fill("one\ntwo\nthree\nfour");

  await expect(approve(cards(page))).toBeDisabled();
  expect((await approve(cards(page)).boundingBox())!.y).toBeLessThan(before!.y);
  await expect(approve(cards(page))).toBeEnabled();
});

test("a decision in another tab shows at once, and explains itself", async ({
  page,
  context,
  holdpoint,
  model,
  openThread,
  complaints,
}) => {
  complaints.allow(/409/);
  model.on("two", [execute("echo one"), execute("echo two")], [says("Done.")]);
  const thread = await openThread();
  const tab = await context.newPage();
  await tab.goto(`/#/t/${thread}`);
  await holdpoint.say(thread, "two");
  await expect(cards(page)).toHaveCount(2);

  await press(approve(cards(tab).nth(0)));
  await expect(cards(page).nth(0)).toContainText("Decided elsewhere");
  await expect(cards(page)).toHaveCount(1);

  // Somebody decides the other one while this page's decision is on its way, and the page hears of nothing before.
  complaints.allow(/ERR_FAILED/);
  let isBlind = true;
  await page.route(`**/api/threads/${thread}`, (route) => (isBlind ? route.abort() : route.continue()));
  await page.route("**/api/resume/**", async (route) => {
    await holdpoint.api("POST", `/api/resume/${thread}`, { action: "reject" });
    isBlind = false;
    await route.continue();
  });
  await press(approve(cards(page)));

  await expect(cards(page)).toContainText("Somebody else was faster: this call was decided already");
  await expect(approve(cards(page))).toHaveCount(0);
});

test("what isn't what waits any more is not approved", async ({ page, holdpoint, model, openThread, complaints }) => {
  complaints.allow(/409/);
  model.on("once", [execute("echo once")], [says("Done.")]);
  const thread = await openThread();
  await holdpoint.say(thread, "once");
  await page.route("**/api/resume/**", (route) => {
    const body = route.request().postDataJSON() as { decisions: object[] };
    return route.continue({ postData: { decisions: body.decisions.map((one) => ({ ...one, digest: "another" })) } });
  });

  await press(approve(cards(page)));

  await expect(cards(page).getByRole("alert")).toContainText("This isn't what waits now");
  await expect(cards(page).getByRole("button", { name: "Reload the page" })).toBeVisible();
  expect(await holdpoint.api("GET", `/api/threads/${thread}`)).toMatchObject({ status: "interrupted" });
});

test("a decision whose answer got lost is made again, and counts once", async ({
  page,
  holdpoint,
  model,
  openThread,
  complaints,
}) => {
  complaints.allow(/ERR_FAILED/);
  model.on("both", [execute("echo a"), execute("echo b")], [says("Done.")]);
  const thread = await openThread();
  await holdpoint.say(thread, "both");
  await expect(cards(page)).toHaveCount(2);
  await page.route(`**/api/threads/${thread}`, (route) => route.abort());
  await page.route("**/api/resume/**", async (route) => {
    await route.fetch();
    await route.abort();
  });

  await press(approve(cards(page).nth(0)));
  await expect(cards(page).nth(0)).toContainText("nobody knows whether your decision arrived");
  await page.unroute("**/api/resume/**");
  await press(approve(cards(page).nth(0)));
  await expect(cards(page).nth(0)).toContainText("execute: Approved");
});

test("keys decide nothing that something else lies over", async ({ page, holdpoint, model, openThread }) => {
  model.on("covered", [execute("echo a")], [says("Done.")]);
  await page.setViewportSize({ width: 400, height: 800 });
  const thread = await openThread();
  await page.getByRole("button", { name: "Workspace" }).click();
  await expect(page.getByRole("tab", { name: "Files" })).toBeVisible();
  await holdpoint.say(thread, "covered");
  await expect(cards(page)).toHaveCount(1);
  await expect(approve(cards(page))).toHaveAttribute("aria-disabled", "false");

  await page.getByRole("treeitem").first().focus();
  for (const key of ["a", "e", "r", "w"]) await page.keyboard.press(key, { delay: 700 });

  expect(await holdpoint.api("GET", `/api/threads/${thread}`)).toMatchObject({ status: "interrupted" });
  await expect(page.getByRole("textbox", { name: "Reason (optional)" })).toHaveCount(0);
  await expect(page.getByRole("treeitem").first()).toBeFocused();
});

test("keys decide, but not what a person writes", async ({ page, holdpoint, model, openThread }) => {
  model.on("keys", [execute("echo a"), execute("echo b"), execute("echo c")], [says("Done.")]);
  const thread = await openThread();
  const composer = page.getByRole("textbox").first();
  await composer.focus();
  await holdpoint.say(thread, "keys");
  await expect(cards(page)).toHaveCount(3);
  await expect(approve(cards(page).nth(0))).toBeEnabled();

  await expect(composer).toBeFocused();
  await page.keyboard.type("aaa");
  await expect(composer).toHaveValue("aaa");
  await expect(cards(page)).toHaveCount(3);

  await composer.blur();
  await expect(async () => {
    await page.keyboard.press("n");
    await expect(cards(page).nth(1)).toHaveAttribute("aria-current", "true", { timeout: 100 });
  }).toPass();
  await page.keyboard.press("r");
  await expect(page.getByLabel("Reason (optional)")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByLabel("Reason (optional)")).toHaveCount(0);
  const waiting = async () =>
    (await holdpoint.api<{ interrupts: unknown[] }>("GET", `/api/threads/${thread}`)).interrupts.length;
  await expect(async () => {
    if ((await waiting()) === 3) await page.keyboard.press("a");
    await expect(cards(page).nth(1)).toContainText("Approved", { timeout: 2_000 });
  }).toPass();
  expect(await waiting()).toBe(2);
});

test("nothing is approved by a click that comes with the card", async ({ page, holdpoint, model, openThread }) => {
  model.on("sudden", [execute("echo a"), execute("echo b")], [says("Done.")]);
  const thread = await openThread();
  // As if the pointer had been there already, for each card that comes, and for what takes its place.
  await page.evaluate(() => {
    new MutationObserver(() => {
      for (const button of document.querySelectorAll<HTMLElement>("article button")) {
        if (button.textContent?.trim().startsWith("Approve")) button.click();
      }
    }).observe(document.body, { childList: true, subtree: true });
  });

  await holdpoint.say(thread, "sudden");
  await expect(approve(cards(page).nth(0))).toBeEnabled();
  await expect(cards(page)).toHaveCount(2);
  await approve(cards(page).nth(0)).dblclick();

  await expect(cards(page).nth(0)).toContainText("Approved");
  await expect(approve(cards(page).nth(1))).toBeEnabled();
  expect((await holdpoint.api<{ interrupts: unknown[] }>("GET", `/api/threads/${thread}`)).interrupts).toHaveLength(1);
});

test("nothing is hidden, and nothing runs in the page", async ({ page, holdpoint, model, openThread }) => {
  const evil = `echo '</code><script>alert(1)</script><img src=x onerror="alert(1)">' \u202e\u200b`;
  model.on(
    "hostile",
    [execute(evil), calls("write_file", { file_path: "/workspace/\u202e<b>.html", content: evil })],
    [says("Done.")],
  );
  const thread = await openThread();
  await holdpoint.say(thread, "hostile");
  await expect(cards(page)).toHaveCount(2);

  const code = cards(page).nth(0).getByRole("group", { name: "Code" }).first();
  await expect(code).toHaveText(
    `echo '</code><script>alert(1)</script><img src=x onerror="alert(1)">' ⟨U+202E⟩⟨U+200B⟩`,
  );
  await expect(cards(page).getByText("Contains hidden characters")).toHaveCount(2);
  await expect(cards(page).nth(1)).toContainText("/workspace/⟨U+202E⟩<b>.html");
  await expect(cards(page).locator("script, img, b")).toHaveCount(0);
  await cards(page).nth(0).getByRole("button", { name: "Edit" }).click();
  await expect(cards(page).getByLabel("Arguments (JSON)")).toHaveValue(/\\u202e\\u200b/);
});

test("it works on a phone, in the dark and in Chinese", async ({ holdpoint, model, another }) => {
  const long = "echo " + "word-".repeat(400) + "end";
  model.on("long", [execute(long), execute("echo b")], [says("Done.")]);
  const thread = await holdpoint.newThread();
  await holdpoint.say(thread, "long");
  const page = await another({ viewport: { width: 360, height: 740 }, colorScheme: "dark", locale: "zh-CN" });
  await page.goto(`/#/t/${thread}`);
  const card = page.getByRole("region", { name: "等待你的决定" }).getByRole("article");

  await expect(card.nth(0).getByRole("group", { name: "代码" }).first()).toHaveText(long);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  expect(await faults(page)).toEqual([]);
  await card.nth(0).getByRole("button", { name: "批准", exact: true }).click();

  await expect(card.nth(0)).toContainText("已批准");
});
