import type { Locator, Page } from "@playwright/test";
import type { ScriptedModel } from "./support/model";
import { clickMillis, noteLongTasks, summed } from "./support/smooth";
import { calls, expect, Gate, refuses, says, test, thinks, waitsFor } from "./support/test";

const log = (page: Page) => page.getByRole("log");
const message = (page: Page) => page.getByRole("textbox", { name: "Message" });
const state = (page: Page) => page.locator("header.border-b");

async function say(page: Page, text: string): Promise<void> {
  await message(page).fill(text);
  await message(page).press("Enter");
}

/** Says one thing, and another one while the turn of the first waits at the gate. */
async function sayTwo(page: Page, model: ScriptedModel): Promise<Gate> {
  const gate = new Gate();
  model.on("first", [says("One "), waitsFor(gate), says("is done.")]);
  model.on("second", [says("Two is done.")]);
  await say(page, "first");
  await expect(page.getByText("Writing…")).toBeVisible();
  await say(page, "second");
  return gate;
}

/** Generous, as machines that run tests are slow and busy; a page that draws too much takes seconds. */
const CLICK_MILLIS = 1_000;

/** How far the reader is from the end, in pixels. */
const toEnd = (page: Page) =>
  log(page).evaluate(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight);

test("a thread in which nothing was said says what to do, and one that is gone offers nothing", async ({
  page,
  complaints,
  holdpoint,
  openThread,
}) => {
  complaints.allow(/404/);
  const thread = await openThread();
  await expect(page.getByText("Say what is to be done.")).toBeVisible();

  await holdpoint.api("DELETE", `/api/threads/${thread}`);
  await page.reload();

  await expect(page.getByText("This thread is gone.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Build" })).toBeHidden();
  await expect(page.getByRole("button", { name: "Workspace" })).toBeHidden();
});

test("the first to-dos open beside the conversation, which stays in its place, and only once", async ({
  page,
  model,
  openThread,
}) => {
  const gate = new Gate();
  const todos = (first: string) => ({
    todos: [
      { content: "Look around", status: first },
      { content: "Report", status: "pending" },
    ],
  });
  model.on("plan it", [waitsFor(gate), calls("write_todos", todos("in_progress"))], [says("Planned.")]);
  model.on("go on", [calls("write_todos", todos("completed"))], [says("Half of it.")]);
  await page.setViewportSize({ width: 1280, height: 800 });
  await openThread();
  await say(page, "plan it");
  await gate.reached();
  const height = async () => (await state(page).boundingBox())!.height;
  const before = await height();
  gate.open();

  await expect(page.getByRole("list", { name: "To-dos" })).toContainText("Look around");
  await expect(page.getByText("Planned.")).toBeVisible();
  expect(await height()).toBe(before);

  await page.getByRole("button", { name: "Close the side panel" }).click();
  await say(page, "go on");
  await expect(page.getByText("Half of it.")).toBeVisible();
  await expect(page.getByRole("button", { name: "To-dos, 1 of 2 done", pressed: false })).toBeVisible();
  await expect(page.getByRole("list", { name: "To-dos" })).toBeHidden();
});

test("an answer is thought about and written before one's eyes", async ({ page, model, openThread }) => {
  const gate = new Gate();
  model.on("explain", [thinks("It is simple."), says("# Why\n\nBecause **it"), waitsFor(gate), says(" is so**.")]);
  await openThread();

  await say(page, "explain");
  await gate.reached();
  await expect(page.getByText("Writing…")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Why" })).toBeVisible();
  gate.open();

  await expect(page.locator("strong", { hasText: "it is so" })).toBeVisible();
  await expect(page.getByText("Writing…")).toBeHidden();
  await page.getByRole("button", { name: "Thoughts (13 characters)" }).click();
  await expect(page.getByText("It is simple.")).toBeVisible();
});

test("an answer that goes on after its call stays whole", async ({ page, model, openThread }) => {
  model.on(
    "go on",
    [
      thinks("Hm. "),
      says("First words, "),
      thinks("Oh."),
      calls("ls", { path: "/workspace" }),
      says("and last words."),
    ],
    [says("Done.")],
  );
  await openThread();

  await say(page, "go on");

  await expect(page.getByText("Done.")).toBeVisible();
  await expect(page.getByText("First words, and last words.")).toBeVisible();
  await page.getByRole("button", { name: "Thoughts (7 characters)" }).click();
  await expect(page.getByText("Hm. Oh.")).toBeVisible();
});

test("what a model writes stays text", async ({ page, model, openThread }) => {
  const hostile = [
    "<script>window.hacked = 1</script> <img src=x onerror='window.hacked=1'>",
    "[run](javascript:window.hacked=1) [bank.example](https://evil.example/)",
    "![pixel](https://tracker.example/p.png)",
    "| <iframe src=https://evil.example> |\n|---|\n| \u202eevil |",
    "The end.",
  ];
  model.on("attack", [says(hostile.join("\n\n"))]);
  await openThread();

  await say(page, "attack");

  await expect(page.getByText("The end.")).toBeVisible();
  await expect(log(page)).toContainText("<script>window.hacked = 1</script>");
  await expect(log(page)).toContainText("bank.example (evil.example)");
  await expect(log(page)).toContainText("⟨U+202E⟩evil");
  await expect(log(page).locator("img, iframe, script, a[href^=javascript]")).toHaveCount(0);
  expect(await page.evaluate(() => "hacked" in window)).toBe(false);
});

test("a command's output comes live and in colours, and its card folds at the end", async ({
  page,
  holdpoint,
  model,
  openThread,
}) => {
  const command = "printf '\\033[32mgreen\\033[0m\\n'; until [ -e /workspace/go ]; do sleep 0.1; done; exit 3";
  model.on("run it", [calls("execute", { command })], [says("It ran.")]);
  const thread = await openThread();
  await say(page, "run it");
  const card = log(page).getByRole("button", { name: /^execute/ });
  await expect(card).toContainText("waiting for you");

  await holdpoint.api("POST", `/api/resume/${thread}`, { action: "approve" });
  await expect(log(page).getByLabel("Output").locator(".tt-green")).toHaveText("green");
  await expect(card).toContainText("running");
  const runs = async () => Number(/([\d.]+) s/.exec((await card.textContent()) ?? "")?.[1]);
  await expect.poll(runs).toBeGreaterThan(2);
  await page.reload();
  await expect.poll(runs).toBeGreaterThan(2);
  await expect(log(page).getByRole("time").first()).toHaveText(/^\d+:\d\d [AP]M$/);
  await holdpoint.write(thread, "/workspace/go", "");

  await expect(page.getByText("It ran.")).toBeVisible();
  await expect(card).toContainText("exit code 3");
  await expect(card).toHaveAttribute("aria-expanded", "false");
  await card.press("Enter");
  await expect(log(page).getByLabel("Output")).toContainText("[exit code: 3]");
  await expect(page.getByRole("button", { name: "To the end" })).toBeHidden();
});

test("what waits for the end of a turn is sent in the mode that is chosen until then", async ({
  page,
  holdpoint,
  model,
  openThread,
}) => {
  const thread = await openThread();
  const gate = await sayTwo(page, model);

  await page.getByRole("button", { name: "Plan" }).click();
  await expect(page.getByRole("button", { name: "Plan" })).toHaveAttribute("aria-pressed", "true");
  gate.open();

  await expect(page.getByText("Two is done.")).toBeVisible();
  expect((await holdpoint.api<{ mode: string }>("GET", `/api/threads/${thread}`)).mode).toBe("plan");
  await expect(page.getByRole("button", { name: "Plan" })).toHaveAttribute("aria-pressed", "true");
});

test("words run from right to left where they are such", async ({ page, model, openThread }) => {
  model.on("مرحبا", [says("مرحبا يا سيدي\n\nand on\n\n```\ncode\n```")]);
  await openThread();
  await say(page, "مرحبا");
  const ends = (of: Locator) =>
    of.evaluate((element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      const [words, box] = [range.getBoundingClientRect(), element.getBoundingClientRect()];
      return words.left - box.left > box.right - words.right ? "right" : "left";
    });

  await expect(page.getByText("and on")).toBeVisible();
  expect(await ends(log(page).getByText("مرحبا يا سيدي"))).toBe("right");
  expect(await ends(page.getByText("and on"))).toBe("left");
});

test("what is said while a turn runs is sent once, after it, even over a reload", async ({
  page,
  holdpoint,
  model,
  openThread,
}) => {
  const thread = await openThread();
  const gate = await sayTwo(page, model);
  await expect(page.getByText("Will be sent when the turn is over")).toBeVisible();
  await page.reload();
  await expect(page.getByText("Will be sent when the turn is over")).toBeVisible();
  gate.open();

  await expect(page.getByText("Two is done.")).toBeVisible();
  await expect(page.getByText("Will be sent when the turn is over")).toBeHidden();
  const { messages } = await holdpoint.api<{ messages: { role: string; content: string }[] }>(
    "GET",
    `/api/threads/${thread}/messages`,
  );
  expect(messages.filter(({ role }) => role === "user").map(({ content }) => content)).toEqual(["first", "second"]);
});

for (const reloads of [false, true]) {
  const how = reloads ? "after a reload elsewhere" : "while one is elsewhere";
  test(`what is said while a turn runs is sent also ${how}`, async ({ page, holdpoint, model, openThread }) => {
    const thread = await openThread();
    const gate = await sayTwo(page, model);
    await expect(page.getByText("Will be sent when the turn is over")).toBeVisible();

    await page.getByRole("link", { name: "Holdpoint" }).click();
    await expect(page.getByText("What shall the agent do?")).toBeVisible();
    if (reloads) await page.reload();
    gate.open();

    const said = async () => {
      const path = `/api/threads/${thread}/messages`;
      const { messages } = await holdpoint.api<{ messages: { role: string; content: string }[] }>("GET", path);
      return messages.filter(({ role }) => role !== "reasoning").map(({ content }) => content);
    };
    await expect.poll(said, { timeout: 20_000 }).toEqual(["first", "One is done.", "second", "Two is done."]);
    await page.goto(`/#/t/${thread}`);
    await expect(page.getByText("Two is done.")).toBeVisible();
    await expect(page.getByRole("list", { name: "Not sent yet" })).toBeHidden();
  });
}

test("a turn is stopped, and what waited for its end waits for a person", async ({ page, model, openThread }) => {
  const gate = new Gate();
  model.on("go on and on", [says("And on "), waitsFor(gate)]);
  model.on("then this", [says("This it is.")]);
  await openThread();
  await say(page, "go on and on");
  await gate.reached();
  await say(page, "then this");

  await page.getByRole("button", { name: "Stop" }).click();
  await expect(state(page)).toContainText("Stopped");
  await expect(message(page)).toBeFocused();
  await expect(page.getByText("You stopped the turn, so this waits for you")).toBeVisible();
  await page.getByRole("list", { name: "Not sent yet" }).getByRole("button", { name: "Send" }).click();

  await expect(page.getByText("This it is.")).toBeVisible();
  gate.open();
});

test("a message is edited and sent again in a thread of its own", async ({ page, model, openThread }) => {
  model.on("in French", [says("Bonjour.")]);
  model.on("in Spanish", [says("Hola.")]);
  const thread = await openThread();
  await say(page, "in French");
  await expect(page.getByText("Bonjour.")).toBeVisible();

  await page.getByRole("button", { name: "Edit and send again" }).click();
  await page.getByRole("textbox", { name: "Edit and send again" }).fill("in Spanish");
  await page.getByRole("button", { name: "Send in a new thread" }).click();

  await expect(page.getByText("Hola.")).toBeVisible();
  await expect(page.getByText("Bonjour.")).toBeHidden();
  expect(page.url()).not.toContain(thread);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("in French (edited)");
});

test("a thread goes on from an answer in another thread", async ({ page, model, openThread }) => {
  model.on("remember 7", [says("Seven it is.")]);
  model.on("and now", [says("Still seven.")]);
  const thread = await openThread();
  await say(page, "remember 7");
  await expect(page.getByText("Seven it is.")).toBeVisible();

  await page.getByRole("button", { name: "Go on from here in a new thread" }).click();
  await expect(page).not.toHaveURL(new RegExp(thread));
  await expect(state(page)).toContainText("Ready");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("remember 7 (fork)");
  await say(page, "and now");

  await expect(page.getByText("Still seven.")).toBeVisible();
  expect(JSON.stringify(model.requests.at(-1)!.messages)).toContain("remember 7");
});

test("a thread goes on from a call that waits, which waits in the other thread too", async ({
  page,
  model,
  openThread,
}) => {
  model.on("run it", [says("With echo."), calls("execute", { command: "echo hi" })]);
  const thread = await openThread();
  await say(page, "run it");
  const hold = page.getByRole("article", { name: "execute" });
  await expect(hold.getByRole("button", { name: "Approve" })).toBeVisible();

  await page.getByRole("button", { name: "Go on from here in a new thread" }).click();

  await expect(page).not.toHaveURL(new RegExp(thread));
  await expect(state(page)).toContainText("Waiting for you");
  await expect(hold.getByRole("button", { name: "Approve" })).toBeVisible();
});

test("an answer is copied, also where the browser has no clipboard for the page", async ({
  page,
  model,
  openThread,
}) => {
  await page.addInitScript(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
  model.on("hello", [says("Hello, *you*.")]);
  await openThread();
  await say(page, "hello");

  await page.getByRole("button", { name: "Copy the answer" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Copied" })).toHaveCount(1);
  await message(page).focus();
  await page.keyboard.press("Control+V");

  await expect(message(page)).toHaveValue("Hello, *you*.");
});

test("a failure says what to do, and trying again may help", async ({ page, model, openThread }) => {
  model.on("hello", [refuses(401)], [says("Hello again.")]);
  await openThread();

  await say(page, "hello");
  await expect(page.getByText("The model refused the request")).toBeVisible();
  await page.getByRole("button", { name: "Try again" }).click();

  await expect(page.getByText("Hello again.")).toBeVisible();
});

test("the end stays in view until the reader goes up, and the reader's place stays then", async ({
  page,
  model,
  openThread,
}) => {
  const [half, rest] = [new Gate(), new Gate()];
  const lines = (from: number) => Array.from({ length: 40 }, (_, at) => `Line ${from + at}.\n\n`).join("");
  model.on("tell", [says(lines(0)), waitsFor(half), says(lines(40)), waitsFor(rest), says("The end.")]);
  await openThread();
  await say(page, "tell");
  await half.reached();
  await expect(page.getByText("Line 39.")).toBeInViewport();

  await log(page).hover();
  await page.mouse.wheel(0, -500);
  await expect(page.getByRole("button", { name: "To the end" })).toBeVisible();
  const place = await log(page).evaluate(({ scrollTop }) => scrollTop);
  half.open();
  await rest.reached();
  await expect.poll(() => toEnd(page)).toBeGreaterThan(1_000);
  expect(await log(page).evaluate(({ scrollTop }) => scrollTop)).toBe(place);

  await page.getByRole("button", { name: "To the end" }).click();
  await expect(log(page)).toBeFocused();
  rest.open();
  await expect(page.getByText("The end.")).toBeInViewport();
});

test("a history of 5,000 events is there soon, with little on the page, and can be read to its beginning", async ({
  page,
  holdpoint,
  openThread,
}) => {
  const response = await fetch(`${holdpoint.url}/api/threads/import`, {
    method: "POST",
    headers: { "Content-Type": "application/x-ndjson" },
    body: history(5_000),
  });
  const { thread_id } = (await response.json()) as { thread_id: string };
  const longTasks = await noteLongTasks(page);

  const begun = Date.now();
  await openThread(thread_id);
  const clicks = await clicksUntilLoaded(page);
  await expect(page.getByText("That was turn 1000.")).toBeInViewport({ timeout: 20_000 });
  const loadMillis = Date.now() - begun;
  await expect.poll(() => toEnd(page)).toBeLessThan(50);
  console.log(`5,000 events: at the end after ${loadMillis} ms; ${summed(await longTasks.taken())}`);
  console.log(`while they came, clicks were answered in ${clicks.map(Math.round).join(", ")} ms`);
  expect(await page.locator("*").count()).toBeLessThan(2_000);
  expect(Math.max(...clicks)).toBeLessThan(CLICK_MILLIS);

  await log(page).hover();
  for (let screen = 0; screen < 20; screen++) {
    await page.mouse.wheel(0, -600);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  console.log(`20 screens upwards: ${summed(await longTasks.taken())}`);
  expect(await page.locator("*").count()).toBeLessThan(2_000);
  await log(page).focus();
  await page.keyboard.press("Home");
  await expect(page.getByText("Question 1", { exact: true })).toBeInViewport();
  await page.getByRole("button", { name: "To the end" }).click();
  await expect(page.getByText("That was turn 1000.")).toBeInViewport();
});

/** Clicks while a history comes, and how long each was without an answer. */
async function clicksUntilLoaded(page: Page): Promise<number[]> {
  const menu = await page.getByRole("button", { name: "Settings" }).elementHandle();
  const clicks: number[] = [];
  do clicks.push(await clickMillis(page, menu!));
  while ((await log(page).getAttribute("aria-live")) === "off");
  await page.keyboard.press("Escape");
  return clicks;
}

/** A thread of turns of five events each, as the service exports it. */
function history(events: number): string {
  const lines: object[] = [];
  const add = (type: string, event: object) =>
    lines.push({ seq: lines.length + 1, at: new Date(1_760_000_000_000 + lines.length).toISOString(), type, event });
  add("thread_created", { mode: "build", metadata: {} });
  for (let turn = 1; turn <= events / 5; turn++) {
    const usage = { input_tokens: turn, output_tokens: turn };
    add("run_started", { run_id: `run_${turn}`, mode: "build" });
    add("user_message_added", { message_id: `u${turn}`, text: `Question ${turn}` });
    add("state_changed", { todos: [], title: "Long", usage, mode: "build" });
    add("assistant_message_added", {
      message_id: `a${turn}`,
      text: `${"Some **words**. ".repeat(turn % 20)}That was turn ${turn}.`,
      reasoning: "",
      calls: [],
      usage,
      model: "m",
      finish_reason: "stop",
      complete: true,
      started_millis: 1_760_000_000_000,
      first_token_millis: 1,
    });
    add("run_finished", { run_id: `run_${turn}` });
  }
  const head = { format: "holdpoint-journal", version: 1, thread_id: "user-5f554139-066c-46bb-b702-6bfec5437ac3" };
  return [{ ...head, events: lines.length }, ...lines].map((line) => JSON.stringify(line)).join("\n") + "\n";
}
