import type { Page } from "@playwright/test";
import { clickMillis } from "./support/smooth";
import { calls, expect, Gate, says, test, waitsFor } from "./support/test";

const FIRST_LOAD_BYTES = 300_000;
const THREADS = 5;
const TOKENS_PER_SECOND = 20;
const WAITING = {
  execute: { command: "make_parts && ls -l" },
  write_file: {
    file_path: "/workspace/parts.py",
    content: "def make_parts(count: int = 2) -> list[int]:\n    return []\n",
  },
};
/** Generous, as machines that run tests are slow and busy; a page that draws too much takes seconds. */
const CLICK_MILLIS = 1_000;

/**
 * The bytes that came over the wire, as the browser counted them: of streams those that came so far, of what a page asks
 * for again and again one answer, as a slow machine gets more of them.
 */
async function received(page: Page, go: () => Promise<void>): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  const bytes = new Map<string, number>();
  const addresses = new Map<string, string>();
  session.on("Network.requestWillBeSent", ({ requestId, request }) => addresses.set(request.url, requestId));
  session.on("Network.dataReceived", ({ requestId, encodedDataLength }) =>
    bytes.set(requestId, (bytes.get(requestId) ?? 0) + encodedDataLength),
  );
  const finished = new Set<string>();
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    bytes.set(requestId, encodedDataLength);
    finished.add(requestId);
  });
  await go();
  const isUnderWay = ([url, requestId]: [string, string]) => !url.includes("/api/") && !finished.has(requestId);
  await expect.poll(() => [...addresses].filter(isUnderWay)).toEqual([]);
  return [...addresses.values()].reduce((sum, requestId) => sum + (bytes.get(requestId) ?? 0), 0);
}

for (const locale of ["en-US", "zh-CN"]) {
  test(`the first look at the page costs less than 300 kB, ${locale}`, async ({ another }) => {
    const page = await another({ locale });
    const started = Date.now();
    let usableMillis = 0;
    const bytes = await received(page, async () => {
      await page.goto("/");
      await page.getByRole("textbox").first().waitFor();
      usableMillis = Date.now() - started;
      await page.waitForLoadState("networkidle");
    });
    console.log(`first load, ${locale}: ${bytes} bytes, usable after ${usableMillis} ms`);

    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(FIRST_LOAD_BYTES);
  });

  for (const [tool, args] of Object.entries(WAITING)) {
    test(`a link to a waiting ${tool} costs less than 300 kB, ${locale}`, async ({ another, holdpoint, model }) => {
      const answer = "It has **two** parts:\n\n1. `first` – see [there](#there)\n2. _second_";
      model.on("how it is made", [says(answer), calls(tool, args)]);
      const thread = await holdpoint.newThread("Parts");
      await holdpoint.say(thread, "how it is made");
      await expect.poll(() => holdpoint.status(thread)).toBe("interrupted");

      const page = await another({ locale });
      const hold = page.getByRole("article", { name: tool });
      const started = Date.now();
      let usableMillis = 0;
      const bytes = await received(page, async () => {
        await page.goto(`/#/t/${thread}`);
        await expect(page.getByRole("log").locator("strong", { hasText: "two" })).toBeVisible();
        await expect(hold.locator(".hold-content").first()).toContainText("make_parts");
        await expect(hold.getByRole("button").first()).toBeVisible();
        usableMillis = Date.now() - started;
        // Its colours are the last that comes; the thread's stream stays open.
        await expect(hold.locator(".hold-content [class^=hljs]").first()).toBeVisible();
      });
      console.log(`link into a thread, ${tool}, ${locale}: ${bytes} bytes, usable after ${usableMillis} ms`);

      expect(bytes).toBeGreaterThan(50_000);
      expect(bytes).toBeLessThan(FIRST_LOAD_BYTES);
    });
  }
}

test("five threads that stream at once leave the page quick", async ({ page, holdpoint, model }) => {
  test.slow();
  const gates = Array.from({ length: THREADS }, () => new Gate());
  const text = "Words that come one after another, with `code`, **weight** and a [link](#there). ".repeat(25);
  const threads: string[] = [];
  for (const [at, gate] of gates.entries()) {
    const speech = says(text, { perSecond: TOKENS_PER_SECOND });
    model.on(`stream number ${at}`, [says("Begin. "), waitsFor(gate), speech, says(" The end.")]);
    threads.push(await holdpoint.newThread(`Stream ${at}`));
  }
  // Tabs of one browser share its few connections, so not all of them hold a stream at a time.
  const tabs = [page];
  while (tabs.length < THREADS) tabs.push(await page.context().newPage());
  for (const [at, tab] of tabs.entries()) {
    await tab.goto(`/#/t/${threads[at]}`);
    await holdpoint.say(threads[at]!, `stream number ${at}`);
    await gates[at]!.reached();
  }

  gates.forEach((gate) => gate.open());
  await expect(page.getByRole("log")).toContainText("Words that come");
  const clicks: number[] = [];
  const menu = page.getByRole("button", { name: "Settings" });
  for (let round = 0; round < 5; round++) {
    clicks.push(await clickMillis(page, await menu.elementHandle().then((element) => element!)));
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  }

  console.log(`clicks answered in ${clicks.map(Math.round).join(", ")} ms`);
  expect(clicks.toSorted((a, b) => a - b)[2]).toBeLessThan(CLICK_MILLIS);
  for (const tab of tabs) await expect(tab.getByRole("log")).toContainText("The end.", { timeout: 60_000 });
});
