import type { Page } from "@playwright/test";
import { expect, test } from "./support/test";
import type { Service } from "./support/service";

async function openTerminal(page: Page, holdpoint: Service): Promise<string> {
  const thread = await holdpoint.newThread();
  await page.goto(`/#/t/${thread}?panel=workspace`);
  await page.getByRole("tab", { name: "Terminal", exact: true }).click();
  return thread;
}

test("a person's own commands run, with colours, history, and in the background", async ({ page, holdpoint }) => {
  await openTerminal(page, holdpoint);
  const input = page.getByLabel("Command", { exact: true });

  await input.fill("printf '\\033[31mred\\033[0m <b>bold</b>\\n'; exit 3");
  await input.press("Enter");
  await expect(page.getByText(/^Exit code 3/)).toBeVisible();
  await expect(page.locator(".tt-red")).toHaveText("red");
  await expect(page.getByRole("log").getByText("<b>bold</b>").first()).toBeVisible();
  await input.press("ArrowUp");
  await expect(input).toHaveValue(/exit 3$/);

  await input.fill("echo from-the-background; sleep 60");
  await page.getByLabel("In the background").check();
  await input.press("Enter");
  await page.getByRole("button", { name: /^Output of echo/ }).click();
  await expect(page.getByLabel("Output", { exact: true }).getByText("from-the-background")).toBeVisible();
  await page.getByRole("button", { name: /^End echo/ }).click();
  await expect(page.getByText(/^Cancelled/)).toBeVisible();
  await expect(page.getByRole("button", { name: /^Output of echo/ })).toBeFocused();

  await page.reload();
  await page.getByLabel("Command", { exact: true }).press("ArrowUp");
  await expect(page.getByLabel("Command", { exact: true })).toHaveValue(/^echo from-the-background/);
});

test("long output shows its end, wide lines and all, also after a reload", async ({ page, holdpoint }) => {
  await openTerminal(page, holdpoint);
  await page.getByLabel("Command", { exact: true }).fill("printf '%0500d end\\n' 0; seq -f 'line %g' 200");
  await page.getByLabel("Command", { exact: true }).press("Enter");
  const output = page.getByLabel("Output", { exact: true });
  const endIsSeen = async () => {
    await expect(output).toContainText("line 200");
    await expect
      .poll(() => output.evaluate((text) => text.getBoundingClientRect().bottom - innerHeight))
      .toBeLessThanOrEqual(0);
    expect(await output.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
    await expect(page.getByText(/^Exit code 0/)).toBeInViewport();
  };
  await endIsSeen();

  await page.reload();
  await endIsSeen();
});

test("output that comes is followed until the reader looks at what was before", async ({ page, holdpoint }) => {
  await openTerminal(page, holdpoint);
  await page.getByLabel("Command", { exact: true }).fill("seq 300; while sleep 0.2; do echo tick; done");
  await page.getByLabel("In the background").check();
  await page.getByLabel("Command", { exact: true }).press("Enter");
  await expect(page.getByRole("checkbox", { name: "In the background" })).not.toBeChecked();
  await page.getByRole("button", { name: /^Output of seq/ }).click();
  const output = page.getByLabel("Output", { exact: true });
  const box = output.locator("xpath=ancestor::*[contains(@class, 'overflow-y-auto')][1]");
  const below = () => box.evaluate((each) => each.scrollHeight - each.scrollTop - each.clientHeight);
  const length = async () => (await output.textContent())!.length;
  const grown = async () => {
    const before = await length();
    await expect.poll(length).toBeGreaterThan(before);
  };

  await expect(output).toContainText("tick");
  await grown();
  await expect.poll(below).toBeLessThan(2);

  await box.hover();
  await page.mouse.wheel(0, -2_000);
  await expect.poll(below).toBeGreaterThan(500);
  const before = await below();
  await grown();
  expect(await below()).toBeGreaterThan(before);
  await page.getByRole("button", { name: /^End seq/ }).click();
});

test("a command shows what it prints, goes on over a reload, and is stopped", async ({ page, holdpoint }) => {
  await openTerminal(page, holdpoint);
  const input = page.getByLabel("Command", { exact: true });
  await input.fill("echo up; sleep 100; echo over");
  await input.press("Enter");
  const output = page.getByLabel("Output", { exact: true });
  await expect(page.getByText(/^Running, \d/)).toBeVisible();
  await expect(output).toHaveText("up");

  await page.reload();
  await expect(page.getByText(/^Running, \d/)).toBeVisible();
  await expect(output).toHaveText("up");
  await page.getByRole("button", { name: "Stop echo up; sleep 100; echo over" }).click();
  await expect(input).toBeFocused();
  await expect(page.getByText(/^Cancelled · /)).toBeVisible();
  await expect(output).toHaveText("up");

  await input.fill("seq 60; sleep 100");
  await input.press("Enter");
  await expect(page.getByText(/^Running, \d/)).toBeVisible();
  await input.press("Control+c");
  await expect(page.getByText(/^Cancelled · /)).toHaveCount(2);
});

test("what comes after a command that was stopped by a click is in view", async ({ page, holdpoint }) => {
  await openTerminal(page, holdpoint);
  const input = page.getByLabel("Command", { exact: true });
  for (const line of ["seq 60; sleep 100", "seq 100 160"]) {
    await input.fill(line);
    await input.press("Enter");
  }
  await expect(page.getByLabel("Output", { exact: true })).toContainText("60");

  await page.getByRole("button", { name: "Stop seq 60; sleep 100" }).click();

  await expect(page.getByText(/^Exit code 0/)).toBeInViewport();
});

test("a window that is narrow for a while shows the terminal again", async ({ page, holdpoint }) => {
  await openTerminal(page, holdpoint);
  const input = page.getByLabel("Command", { exact: true });
  await expect(input).toBeVisible();

  await page.setViewportSize({ width: 360, height: 740 });
  await expect(input).toBeHidden();
  await page.setViewportSize({ width: 1280, height: 720 });

  await expect(input).toBeVisible();
});
