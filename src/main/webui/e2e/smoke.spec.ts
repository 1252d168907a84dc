import { calls, expect, Gate, says, test, thinks, waitsFor } from "./support/test";

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
