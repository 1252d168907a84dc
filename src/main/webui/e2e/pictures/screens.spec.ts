import type { BrowserContextOptions, Page } from "@playwright/test";
import { fileURLToPath } from "node:url";
import { setScene } from "../support/scene";
import { expect, test } from "../support/test";

const FOLDER = fileURLToPath(new URL("../../../../../docs/images/", import.meta.url));
const PHONE: BrowserContextOptions = { viewport: { width: 360, height: 740 }, hasTouch: true };
const DARK: BrowserContextOptions = { colorScheme: "dark" };
const CHINESE: BrowserContextOptions = { locale: "zh-CN" };

const SETTLE_MILLIS = 1_000;

/** Takes the picture when colours and sizes have come, for which there is no sign to wait for. */
async function take(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(SETTLE_MILLIS);
  await page.screenshot({ path: `${FOLDER}${name}.png`, animations: "disabled", caret: "hide" });
  await page.context().close();
}

test("pictures of each screen", async ({ holdpoint, model, another }) => {
  test.setTimeout(300_000);
  const { finished, waiting } = await setScene(holdpoint, model);
  const open = async (path: string, look: BrowserContextOptions = {}) => {
    const page = await another({ reducedMotion: "reduce", ...look });
    await page.goto(path);
    return page;
  };
  const conversation = async (look?: BrowserContextOptions) => {
    const page = await open(`/#/t/${finished}?panel=plan`, look);
    await expect(page.getByRole("log")).toContainText("Counter");
    return page;
  };
  const holdPoint = async (look?: BrowserContextOptions) => {
    const page = await open(`/#/t/${waiting}`, look);
    await page.getByRole("article", { name: "edit_file" }).waitFor();
    return page;
  };
  const workspace = async (look?: BrowserContextOptions) => {
    const page = await open(`/#/t/${finished}?panel=workspace`, look);
    await page.getByRole("treeitem", { name: "visits.csv" }).waitFor();
    return page;
  };

  const home = await open("/");
  await home.getByRole("main").getByRole("link").first().waitFor();
  await take(home, "threads");
  await take(await conversation(), "conversation");
  await take(await conversation(DARK), "conversation-dark");
  await take(await holdPoint(), "hold-point");
  await take(await holdPoint(DARK), "hold-point-dark");
  await take(await holdPoint(PHONE), "hold-point-phone");
  await take(await holdPoint(CHINESE), "hold-point-chinese");
  await take(await workspace(), "workspace");
  await take(await workspace({ ...PHONE, ...DARK }), "workspace-phone");

  const changes = await workspace(DARK);
  await changes.getByRole("tab", { name: "Changes" }).click();
  await changes.getByRole("button", { name: /count\.py New/ }).click();
  await expect(changes.locator("ins").first()).toBeVisible();
  await take(changes, "changes");

  const status = await open("/#/status");
  await expect(status.getByRole("main")).toContainText("scripted");
  await take(status, "status");
});
