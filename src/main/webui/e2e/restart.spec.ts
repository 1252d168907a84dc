import type { Page } from "@playwright/test";
import { calls, expect, Gate, says, test, waitsFor } from "./support/test";

// Each test kills or leaves its service, so each has one of its own.
test.use({ settings: {} });

const FIRST = Array.from({ length: 40 }, (_, i) => `begin${i}`).join(" ");
const LAST = Array.from({ length: 40 }, (_, i) => `end${i}`).join(" ");

const times = (text: string, word: string) => text.split(/\s+/).filter((each) => each === word).length;

/** All of it, and nothing twice. */
async function expectOnce(page: Page, words: string): Promise<void> {
  const text = await page.getByRole("log").innerText();
  const counts = words.split(" ").map((word) => [word, times(text, word)]);
  expect(counts).toEqual(words.split(" ").map((word) => [word, 1]));
}

test("a stream that is cut in its middle goes on where it was", async ({
  page,
  holdpoint,
  model,
  wire,
  complaints,
}) => {
  complaints.allow(/net::ERR_/);
  const gate = new Gate();
  model.on("tell me", [says(`${FIRST} `), waitsFor(gate), says(LAST, { perSecond: 100 })]);
  const thread = await holdpoint.newThread();
  await page.goto(`${wire.url}/#/t/${thread}`);
  await holdpoint.say(thread, "tell me");
  await expect(page.getByText("begin39")).toBeVisible();

  wire.cut();
  await expect(page.getByText("Connection lost")).toBeVisible();
  gate.open();
  await expect.poll(() => holdpoint.status(thread)).toBe("idle");
  wire.mend();

  await expect(page.getByText("end39")).toBeVisible({ timeout: 40_000 });
  await expect(page.getByText("Connection lost")).toHaveCount(0);
  await expectOnce(page, `${FIRST} ${LAST}`);
});

test("a service killed in the middle of an answer goes on with the turn, and the page with it", async ({
  page,
  holdpoint,
  model,
  openThread,
  complaints,
}) => {
  complaints.allow(/net::ERR_/);
  const gate = new Gate();
  model.on("tell me", [says(`${FIRST} `), waitsFor(gate)], [says(`${FIRST} ${LAST}`)]);
  const thread = await openThread();
  await holdpoint.say(thread, "tell me");
  await expect(page.getByText("begin39")).toBeVisible();

  await holdpoint.kill();
  await expect(page.getByText("Connection lost")).toBeVisible();
  await holdpoint.start();

  await expect(page.getByText("end39")).toBeVisible({ timeout: 40_000 });
  await expect(page.getByText("Connection lost")).toHaveCount(0);
  await expectOnce(page, `${FIRST} ${LAST}`);
});

test("a call that waits when the service is killed waits afterwards, and runs once", async ({
  page,
  holdpoint,
  model,
  openThread,
  complaints,
}) => {
  complaints.allow(/net::ERR_/);
  model.on("count", [calls("execute", { command: "echo ran >> count; wc -l < count" })], [says("Counted.")]);
  const thread = await openThread();
  await holdpoint.say(thread, "count");
  await expect(page.getByRole("button", { name: "Approve" })).toBeVisible();

  await holdpoint.kill();
  await expect(page.getByText("Connection lost")).toBeVisible();
  await holdpoint.start();
  await expect(page.getByText("Connection lost")).toHaveCount(0, { timeout: 40_000 });
  await page.getByRole("button", { name: "Approve" }).click();

  await expect(page.getByText("Counted.")).toBeVisible();
  expect(model.requests.at(-1)?.messages.at(-1)?.content).toMatch(/\b1\b/);
});
