import AxeBuilder from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { setScene } from "./support/scene";
import { expect, test } from "./support/test";

const PHONE = { width: 360, height: 740 };
const DESKTOP = { width: 1280, height: 800 };
const LOOKS = [
  { name: "light", colorScheme: "light", locale: "en-US", viewport: DESKTOP },
  { name: "dark", colorScheme: "dark", locale: "en-US", viewport: DESKTOP },
  { name: "Chinese", colorScheme: "light", locale: "zh-CN", viewport: DESKTOP },
  { name: "dark on a phone", colorScheme: "dark", locale: "zh-CN", viewport: PHONE },
  { name: "light on a phone", colorScheme: "light", locale: "en-US", viewport: PHONE },
] as const;

/** Where dialogs, menus and messages are. */
const OVER = ".v-overlay-container";

/** @param part what to look at, where something lies above the rest */
async function expectAccessible(page: Page, screen: string, part = "body"): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).include(part).analyze();
  const grave = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("\n")}`,
    );
  expect.soft(grave, screen).toEqual([]);
  const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  expect.soft(isWide, `${screen} scrolls sideways`).toBe(false);
}

const WIDE = Array.from({ length: 40 }, (_, column) => `column-${column}`).join(",");
const TALL = `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="5000"><rect width="80" height="4000"/></svg>`;
const GIVEN = [
  { name: "tall.svg", mimeType: "image/svg+xml", buffer: Buffer.from(TALL) },
  ...Array.from({ length: 30 }, (_, at) => ({
    name: `wide-${at}.csv`,
    mimeType: "text/csv",
    buffer: Buffer.from(`${WIDE}\n${WIDE}\n`),
  })),
];

/** With so much in it that each of its parts scrolls. */
async function lookAtWorkspace(page: Page): Promise<void> {
  const dialog = page.getByRole("dialog");
  const file = (name: string) => page.getByRole("treeitem", { name });
  async function lookInside(content: Locator, screen: string): Promise<void> {
    await content.waitFor();
    await expectAccessible(page, screen, "[role=dialog]");
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
  }

  await page.getByTestId("upload-files").setInputFiles(GIVEN);
  await file("wide-29.csv").waitFor();
  await expectAccessible(page, "uploads");
  await file("wide-29.csv").press("Delete");
  await lookInside(dialog.getByText("/workspace/wide-29.csv"), "deletion");
  await file("wide-29.csv").press("Enter");
  await lookInside(dialog.getByRole("cell").first(), "wide table");
  await file("tall.svg").press("Enter");
  await lookInside(dialog.getByRole("img", { name: "tall.svg" }), "tall picture");

  const [changes, terminal] = (await page.getByRole("tab").all()).slice(-2);
  await changes!.click();
  await page.getByRole("button", { name: /^\/workspace\/count.py/ }).click();
  await page.getByText("+import csv").waitFor();
  await expectAccessible(page, "changes");

  await terminal!.click();
  for (let at = 1; at <= 12; at++) {
    await page.getByRole("textbox").last().fill(`true ${at}`);
    await page.getByRole("textbox").last().press("Enter");
  }
  await expect(page.getByRole("article", { name: "true 12" })).toContainText("0 · ");
  await expectAccessible(page, "terminal");
}

async function lookAtSettings(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^(Settings|设置)$/ }).click();
  await expect(page.getByRole("dialog").getByRole("button", { pressed: true })).toHaveCount(2);
  await expectAccessible(page, "settings", OVER);
  await page.getByRole("button", { name: /^(Keyboard shortcuts|键盘快捷键)$/ }).click();
  await page.getByRole("dialog").getByText("Ctrl").first().waitFor();
  await expectAccessible(page, "shortcuts", OVER);
  while (await page.getByRole("dialog").count()) await page.keyboard.press("Escape");
}

async function lookAtThreadList(page: Page, isDrawer: boolean): Promise<void> {
  if (isDrawer) await page.getByRole("banner").getByRole("button").first().click();
  const actions = page.getByRole("navigation").getByRole("button", { name: /^Actions for|的操作$/ });
  await actions.first().click();
  await page.getByRole("menuitem").first().waitFor();
  await expectAccessible(page, "menu of a thread", OVER);
  await page.getByRole("menuitem", { name: /^(Rename|重命名)$/ }).click();
  await page.getByRole("dialog").getByRole("textbox").waitFor();
  await expectAccessible(page, "rename", OVER);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await actions.first().click();
  await page.getByRole("menuitem", { name: /^(Delete|删除)$/ }).click();
  await page.getByRole("button", { name: /^(Undo|撤销)/ }).waitFor();
  await expectAccessible(page, "deleted", OVER);
  await page.keyboard.press("Control+z");
  await expect(actions).toHaveCount(2);
}

async function lookAtKey(page: Page): Promise<void> {
  await page.route("**/api/**", (route) => route.fulfill({ status: 401, json: { code: "unauthenticated" } }));
  await page.reload();
  await page
    .getByRole("dialog")
    .getByLabel(/^(Key|密钥)$/)
    .waitFor();
  await expectAccessible(page, "key", OVER);
}

for (const { name, ...look } of LOOKS) {
  test(`every screen can be used by everybody, ${name}`, async ({ holdpoint, model, another, complaints }) => {
    test.slow();
    const { finished, waiting } = await setScene(holdpoint, model);
    const page = await another({ ...look, reducedMotion: "reduce" });

    await page.goto("/#/");
    await page.getByRole("main").getByRole("link").first().waitFor();
    await expectAccessible(page, "home");
    await lookAtSettings(page);
    await lookAtThreadList(page, look.viewport === PHONE);

    await page.goto("/#/status");
    await expect(page.getByRole("main")).toContainText("scripted");
    await expectAccessible(page, "status");

    await page.goto(`/#/t/${finished}`);
    await expect(page.getByRole("log")).toContainText("That is all.");
    await expectAccessible(page, "conversation");
    await page.goto(`/#/t/${finished}?panel=plan`);
    await page.getByText("Look at visits.csv").first().waitFor();
    await expectAccessible(page, "plan");

    await page.goto(`/#/t/${finished}?panel=workspace`);
    await page.getByRole("treeitem", { name: "visits.csv" }).waitFor();
    await expectAccessible(page, "files");
    await page.getByRole("treeitem", { name: "visits.csv" }).click();
    await page.getByRole("dialog").getByRole("cell").first().waitFor();
    await expect(page.getByRole("dialog").getByRole("button", { pressed: true })).toHaveCount(1);
    await expectAccessible(page, "preview", "[role=dialog]");
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await lookAtWorkspace(page);

    await page.goto(`/#/t/${waiting}`);
    await page.getByRole("article", { name: "edit_file" }).waitFor();
    await expectAccessible(page, "hold point");

    complaints.allow(/401/);
    await lookAtKey(page);
  });
}
