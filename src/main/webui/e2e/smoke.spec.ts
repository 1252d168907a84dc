import { calls, expect, Gate, inDocker, says, test, thinks, waitsFor } from "./support/test";

test("a page comes with the service, and shows a thread as it goes", async ({ page, holdpoint, model, openThread }) => {
  const gate = new Gate();
  model.on("greet me", [thinks("A greeting."), says("Hello, "), waitsFor(gate), says("world.")]);
  const thread = await openThread();
  await expect(page).toHaveTitle(/Holdpoint/);

  await holdpoint.say(thread, "greet me");
  await gate.reached();
  await expect(page.getByText("Hello,")).toBeVisible();
  gate.open();

  await expect(page.getByText("Hello, world.")).toBeVisible();
});

test("a command waits for a person, and runs in a sandbox", async ({ holdpoint, model }) => {
  model.on("what is here", [calls("execute", { command: "echo from-the-sandbox" })], [says("Done.")]);
  const thread = await holdpoint.newThread();

  await holdpoint.say(thread, "what is here");
  await expect.poll(() => holdpoint.status(thread)).toBe("interrupted");
  await holdpoint.api("POST", `/api/resume/${thread}`, { action: "approve" });
  await expect.poll(() => holdpoint.status(thread)).toBe("idle");

  expect(JSON.stringify(model.requests.at(-1)?.messages)).toContain("from-the-sandbox");
});

test.describe("in containers", () => {
  test.use({ settings: inDocker() });

  test("an approved command runs in one, and so does a person's own", async ({
    page,
    holdpoint,
    model,
    openThread,
  }) => {
    test.slow();
    model.on("who is there", [calls("execute", { command: "echo in $(ls -d /workspace)" })], [says("That's all.")]);
    const thread = await openThread();

    await holdpoint.say(thread, "who is there");
    await page.getByRole("article", { name: "execute" }).getByRole("button", { name: "Approve" }).click();
    await expect(page.getByText("That's all.")).toBeVisible({ timeout: 60_000 });
    await page.goto(`/#/t/${thread}?panel=workspace`);
    await page.getByRole("tab", { name: "Terminal" }).click();
    await page.getByLabel("Command").fill("echo $((6 * 7))");
    await page.getByRole("button", { name: "Run", exact: true }).click();

    await expect(page.getByRole("log", { name: "Terminal" })).toContainText("42");
    expect(JSON.stringify(model.requests.at(-1)?.messages)).toContain("in /workspace");
  });
});
