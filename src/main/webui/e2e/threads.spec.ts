import type { Page } from "@playwright/test";
import { calls, expect, says, test } from "./support/test";

const list = (page: Page) => page.getByRole("list", { name: "Threads" });
const row = (page: Page, title: string | RegExp) => list(page).getByRole("listitem").filter({ hasText: title });

async function choose(page: Page, title: string, action: "Rename" | "Delete"): Promise<void> {
  await page.getByRole("button", { name: `Actions for ${title}` }).click();
  await page.getByRole("menuitem", { name: action }).click();
}

test("a first message begins a thread", async ({ page, model }) => {
  model.on("count to three", [says("One, two, three.")]);
  await page.goto("/");

  await page.getByLabel("Your message").fill("count to three");
  await page.keyboard.press("Enter");

  await expect(page.getByText("One, two, three.")).toBeVisible();
  await expect(page).toHaveURL(/#\/t\/user-/);
  await expect(list(page).getByRole("listitem")).toHaveCount(1);
  await expect(list(page).locator("[aria-current=page]")).toHaveCount(1);
});

test("a message that can't be sent is kept and sent later, once", async ({ page, model, complaints }) => {
  complaints.allow(/ERR_FAILED|Failed to load/);
  model.on("keep me", [says("Kept.")]);
  await page.goto("/");
  await page.getByLabel("Your message").fill("keep me");
  await page.route("**/api/chat/**", (route) => route.abort());
  await page.getByRole("button", { name: "Start" }).click();
  await expect(page.getByRole("main").getByRole("alert")).toContainText("press Start again");
  await page.unroute("**/api/chat/**");

  await page.getByRole("button", { name: "Start" }).click();

  await expect(page.getByText("Kept.")).toBeVisible();
  await expect(list(page).getByRole("listitem")).toHaveCount(1);
});

test("a first message that is being written is kept for the tab", async ({ page, model }) => {
  model.on("half a thought, and the rest", [says("Whole.")]);
  await page.goto("/");
  const message = page.getByLabel("Your message");
  await message.fill("half a thought");

  await page.goto("/#/status");
  await page.goBack();
  await expect(message).toHaveValue("half a thought");
  await page.reload();
  await expect(message).toHaveValue("half a thought");
  await message.fill("half a thought, and the rest");
  await page.keyboard.press("Enter");

  await expect(page.getByText("Whole.")).toBeVisible();
  await page.getByRole("button", { name: "New thread", exact: true }).click();
  await expect(message).toHaveValue("");
});

test("a first message that is changed after it failed leaves no empty thread behind", async ({
  page,
  model,
  complaints,
}) => {
  complaints.allow(/ERR_FAILED|Failed to load/);
  model.on("better words", [says("Heard.")]);
  await page.goto("/");
  await page.getByLabel("Your message").fill("words");
  await page.route("**/api/chat/**", (route) => route.abort());
  await page.getByRole("button", { name: "Start" }).click();
  await expect(page.getByRole("main").getByRole("alert")).toBeVisible();
  await page.unroute("**/api/chat/**");

  await page.getByLabel("Your message").fill("better words");
  await page.getByRole("button", { name: "Start" }).click();

  await expect(page.getByText("Heard.")).toBeVisible();
  await expect(list(page).getByRole("listitem")).toHaveCount(1);
});

test("threads are found by their titles", async ({ page, holdpoint }) => {
  await holdpoint.newThread("Parser tests");
  await holdpoint.newThread("Data import");
  await page.goto("/");
  await expect(list(page).getByRole("listitem")).toHaveCount(2);

  await page.getByRole("searchbox", { name: "Search titles" }).fill("parser");
  await expect(list(page).getByRole("listitem")).toHaveCount(1);
  await expect(row(page, "Parser tests")).toBeVisible();

  await page.getByRole("searchbox", { name: "Search titles" }).fill("nothing like it");
  await expect(page.getByText("No title contains “nothing like it”.")).toBeVisible();
});

test("a thread is renamed, and a title can't do anything but be read", async ({ page, holdpoint, another }) => {
  const thread = await holdpoint.newThread("Before");
  await page.goto("/");
  const other = await another();
  await other.goto(`/#/t/${thread}`);

  await choose(page, "Before", "Rename");
  await page.getByLabel("Title", { exact: true }).fill("<img src=x onerror=alert(1)>\u202etxt\u200b");
  await page.keyboard.press("Enter");

  const shown = "<img src=x onerror=alert(1)>⟨U+202E⟩txt⟨U+200B⟩";
  await expect(row(page, shown)).toBeVisible();
  await expect(row(page, shown).getByRole("button")).toBeFocused();
  await expect(row(other, shown)).toBeVisible();
  await expect(other).toHaveTitle(`${shown} – Holdpoint`);
  await expect(page.locator("img")).toHaveCount(0);
});

test("a deletion can be taken back", async ({ page, holdpoint }) => {
  const thread = await holdpoint.newThread("Short-lived");
  await page.goto(`/#/t/${thread}`);

  await choose(page, "Short-lived", "Delete");
  await expect(row(page, "Short-lived")).toHaveCount(0);
  await expect(page).toHaveURL(/#\/$/);
  await page.getByRole("button", { name: "Undo" }).click();

  await expect(row(page, "Short-lived")).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`#/t/${thread}$`));
  expect(await holdpoint.api("GET", `/api/threads/${thread}`)).toMatchObject({ title: "Short-lived" });
});

test("a deletion can be taken back by the keyboard alone", async ({ page, holdpoint }) => {
  const thread = await holdpoint.newThread("Short-lived");
  await page.goto(`/#/t/${thread}`);
  await page.getByRole("button", { name: "Actions for Short-lived" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Delete" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Your message")).toBeFocused();

  await page.keyboard.press("Control+z");

  await expect(row(page, "Short-lived")).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`#/t/${thread}$`));
});

test("a deletion waits while the pointer is about to take it back", async ({ page, holdpoint }) => {
  test.slow();
  await holdpoint.newThread("Short-lived");
  await page.goto("/");
  await page.clock.install();
  await choose(page, "Short-lived", "Delete");
  const undo = page.getByRole("button", { name: "Undo" });

  await undo.hover();
  await page.clock.runFor(20_000);

  await undo.click();
  await expect(row(page, "Short-lived")).toBeVisible();
  await expect(undo).toHaveCount(0);
});

test("a deletion is done when its time is over, and seen in another tab", async ({ page, context, holdpoint }) => {
  await holdpoint.newThread("Short-lived");
  await holdpoint.newThread("Staying");
  await page.goto("/");
  const tab = await context.newPage();
  await tab.goto("/");
  await expect(row(tab, "Short-lived")).toBeVisible();

  await choose(page, "Short-lived", "Delete");

  const left = async () => (await holdpoint.api<{ threads: unknown[] }>("GET", "/api/threads")).threads.length;
  await expect.poll(left, { timeout: 15_000 }).toBe(1);
  await expect(row(tab, "Short-lived")).toHaveCount(0);
  await expect(row(page, "Staying")).toBeVisible();
  await expect(page.getByRole("button", { name: "Undo" })).toHaveCount(0);
});

test("a reload completes a deletion", async ({ page, holdpoint, complaints }) => {
  // Where the page before was faster, there is nothing left to delete.
  complaints.allow(/404/);
  await holdpoint.newThread("Short-lived");
  await holdpoint.newThread("Staying");
  await page.goto("/");
  await choose(page, "Short-lived", "Delete");
  await expect(page.getByRole("button", { name: "Undo" })).toBeVisible();

  await page.reload();

  await expect(row(page, "Staying")).toBeVisible();
  await expect(row(page, "Short-lived")).toHaveCount(0);
  const left = async () => (await holdpoint.api<{ threads: unknown[] }>("GET", "/api/threads")).threads.length;
  await expect.poll(left, { timeout: 3_000 }).toBe(1);
});

test("the page's title counts what waits, in every tab", async ({ page, context, holdpoint, model }) => {
  model.on(
    "two at once",
    [calls("execute", { command: "true" }), calls("execute", { command: "false" })],
    [says("Ok.")],
  );
  const thread = await holdpoint.newThread("Gated");
  await page.goto("/");
  const tab = await context.newPage();
  await tab.goto(`/#/t/${thread}`);
  await expect(page).toHaveTitle("Holdpoint");

  await holdpoint.say(thread, "two at once");

  await expect(page).toHaveTitle("(2) Holdpoint");
  await expect(tab).toHaveTitle("(2) Gated – Holdpoint");
  await expect(row(page, "Gated")).toContainText("Waiting for you (2)");
  await holdpoint.api("POST", `/api/resume/${thread}`, { action: "approve" });
  await expect(page).toHaveTitle("Holdpoint");
});

test("a thread that waits is found behind all that is newer", async ({ page, holdpoint, model }) => {
  test.slow();
  model.on("wait for me", [calls("execute", { command: "true" })], [says("Ok.")]);
  const waiting = await holdpoint.newThread("Waiting for long");
  await holdpoint.say(waiting, "wait for me");
  await expect.poll(() => holdpoint.status(waiting)).toBe("interrupted");
  await Promise.all(Array.from({ length: 52 }, (_, at) => holdpoint.newThread(`Newer ${at}`)));

  await page.goto("/");

  await expect(page).toHaveTitle("(1) Holdpoint");
  await expect(page.getByRole("main").getByRole("listitem").first()).toContainText("Waiting for long");
  await expect(row(page, /^Newer/).first()).toBeVisible();
  const filter = page.getByRole("button", { name: "1 waiting for you" });
  await filter.focus();
  await page.keyboard.press("Enter");
  await expect(filter).toHaveAttribute("aria-pressed", "true");
  await expect(list(page).getByRole("listitem")).toHaveCount(1);
  await row(page, "Waiting for long").getByRole("link").click();
  await page.getByRole("button", { name: "Approve" }).click();

  await expect(page.getByText("Nothing waits for you.")).toBeVisible();
  await expect(page).not.toHaveTitle(/^\(/);
  await page.getByRole("button", { name: "0 waiting for you", pressed: true }).press("Space");
  await expect(row(page, "Waiting for long")).toBeVisible();
  await expect(page.getByRole("button", { name: "waiting for you" })).toHaveCount(0);
});

test("many threads come page by page, and stay while the list is kept fresh", async ({ page, holdpoint }) => {
  test.slow();
  for (let begun = 0; begun < 120; begun += 20) {
    await Promise.all(Array.from({ length: 20 }, (_, at) => holdpoint.newThread(`Thread ${begun + at}`)));
  }
  await page.goto("/");
  const more = page.getByRole("button", { name: "Load more" });
  await more.click();
  await more.click();
  await expect(more).toHaveCount(0);

  await holdpoint.newThread("The newest");

  await expect(row(page, "The newest")).toBeVisible();
  await expect(more).toHaveCount(0);
  await list(page).evaluate((scroller) => scroller.scrollTo(0, scroller.scrollHeight));
  await expect(
    list(page)
      .getByText(/^Thread 1?\d$/)
      .last(),
  ).toBeVisible();
});

test.describe("without the service", () => {
  test.use({ settings: {} });

  test("the list stays, says what is wrong, and recovers", async ({ page, holdpoint, complaints }) => {
    complaints.allow(/ERR_CONNECTION_REFUSED|Failed to load/);
    await holdpoint.newThread("Still here");
    await page.goto("/");
    await expect(row(page, "Still here")).toBeVisible();

    await holdpoint.kill();
    const warning = page.getByText("The list may be out of date; the page tries again.");
    await expect(warning).toBeVisible();
    await expect(warning).toBeInViewport({ ratio: 1 });
    await expect(row(page, "Still here")).toBeVisible();
    await expect(page.getByRole("banner").getByRole("link", { name: /can't be reached/ })).toBeVisible();

    await holdpoint.start();
    await expect(page.getByText("The list may be out of date; the page tries again.")).toHaveCount(0);
    await expect(page.getByRole("banner").getByRole("link", { name: /can't be reached/ })).toHaveCount(0);
  });
});
