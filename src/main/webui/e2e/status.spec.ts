import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { calls, expect, test } from "./support/test";

const card = (page: Page, name: string) => page.getByRole("region", { name });

async function faults(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

test("the status names the parts, and the way to the API's description", async ({ page }) => {
  await page.goto("/#/status");

  await expect(page.getByText("Everything is ready.")).toBeVisible();
  await expect(card(page, "Model")).toContainText("scripted");
  await expect(card(page, "Sandbox")).toContainText("bubblewrap");
  await expect(card(page, "Database")).toContainText("SQLite");
  await expect(page).toHaveTitle("Status – Holdpoint");
  await expect(page.getByRole("link", { name: "API description" })).toHaveAttribute("href", /\/q\/swagger-ui\/$/);
});

test.describe("with a sandbox that isn't there", () => {
  test.use({ settings: { HOLDPOINT_SANDBOX: "docker", DOCKER_HOST: "unix:///nowhere/docker.sock" } });

  test("a sign leads to what is wrong and what to do about it", async ({ page }) => {
    await page.goto("/");

    await page.getByRole("banner").getByRole("link", { name: "Something isn't ready: see the status" }).click();

    await expect(card(page, "Sandbox")).toContainText("Not ready");
    await expect(card(page, "Sandbox")).toContainText("start it, or set DOCKER_HOST to one that runs");
    await expect(page.getByText("Something isn't ready. Below is what to do about it.")).toBeVisible();
    await expect(card(page, "Database")).not.toContainText("Not ready");
  });
});

test.describe("with the demo model", () => {
  test.use({ settings: { HOLDPOINT_MODEL_BASE_URL: "", HOLDPOINT_MODEL_API_KEY: "" } });

  test("it announces itself, and obeys the examples", async ({ page }) => {
    await page.goto("/");
    await expect(page.getByText(/This is the demo model/)).toBeVisible();

    await page.getByRole("button", { name: "Look around" }).click();
    await page.getByRole("button", { name: "Start" }).click();

    await expect(page).toHaveTitle(/^\(1\) /);
    await page.getByRole("link", { name: /Demo model/ }).click();
    await expect(card(page, "Model")).toContainText("HOLDPOINT_MODEL_BASE_URL");
  });
});

test.describe("with a key", () => {
  test.use({ settings: { HOLDPOINT_API_KEY: "a-key-of-this-test-that-is-long" } });

  test("it is asked for, checked, and kept for the tab only", async ({ page, context, complaints }) => {
    complaints.allow(/401/);
    await page.goto("/");
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByLabel("Key")).toBeFocused();
    await dialog.getByLabel("Key").fill("wrong");
    await page.keyboard.press("Enter");
    await expect(dialog).toContainText("This key isn't right.");

    await dialog.getByLabel("Key").fill("a-key-of-this-test-that-is-long");
    await page.keyboard.press("Enter");

    await expect(dialog).toHaveCount(0);
    await expect(page.getByText("No threads yet.")).toBeVisible();
    await expect(page.getByLabel("Your message")).toBeFocused();
    await page.reload();
    await expect(page.getByText("No threads yet.")).toBeVisible();
    const tab = await context.newPage();
    await tab.goto("/");
    await expect(tab.getByRole("dialog")).toContainText("This service wants a key");
  });

  test("nothing lies over the question for it, and what it kept out is shown then", async ({ page, complaints }) => {
    complaints.allow(/401/);
    const key = "a-key-of-this-test-that-is-long";
    const headers = { Authorization: `Bearer ${key}` };
    const { thread_id } = await (await page.request.post("/api/sessions", { headers })).json();
    const file = `/api/threads/${thread_id}/files/content?path=/workspace/f.txt`;
    await page.request.put(file, { headers, data: "what is in it" });
    await page.goto(`/#/t/${thread_id}?panel=workspace&file=/workspace/f.txt`);
    await expect(page.getByRole("dialog").getByLabel("Key")).toBeFocused();

    await page.keyboard.type(key);
    await page.keyboard.press("Enter");

    await expect(page.getByRole("dialog").getByText("what is in it")).toBeVisible();
  });
});

test("the language is the browser's, until a person chooses another", async ({ another }) => {
  const page = await another({ locale: "zh-CN" });
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "想让智能体做什么？" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");

  await page.getByRole("button", { name: "设置" }).click();
  await page.getByRole("button", { name: "English" }).click();

  await expect(page.getByRole("heading", { name: "What shall the agent do?" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: "What shall the agent do?" })).toBeVisible();
});

test.describe("while the words of another language can't be had", () => {
  const english = (page: Page) => page.getByRole("heading", { name: "What shall the agent do?" });
  const chinese = (page: Page) => page.getByRole("heading", { name: "想让智能体做什么？" });

  test("the page begins in English, and changes when they come", async ({ another, complaints }) => {
    complaints.allow(/ERR_FAILED/);
    const page = await another({ locale: "zh-CN" });
    await page.route("**/zh-*.js", (route) => route.abort());
    await page.goto("/");
    await expect(english(page)).toBeVisible();

    await page.unroute("**/zh-*.js");

    await expect(chinese(page)).toBeVisible();
    await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  });

  test("texts and choice stay as they are, and change when the service is back", async ({ page, wire, complaints }) => {
    complaints.allow(/ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_NETWORK|Failed to load/);
    await page.goto(wire.url);
    await expect(english(page)).toBeVisible();
    wire.cut();
    await page.getByRole("button", { name: "Settings" }).click();

    await page.getByRole("button", { name: "中文" }).click();

    await expect(page.getByRole("banner").getByRole("link", { name: /can't be reached/ })).toBeVisible();
    await expect(page.getByRole("button", { name: "English", pressed: true })).toBeVisible();
    await expect(english(page)).toBeVisible();
    wire.mend();
    await expect(chinese(page)).toBeVisible();
    await expect(page.getByRole("button", { name: "中文", pressed: true })).toBeVisible();
  });
});

test("the colours follow the system live, until a person chooses", async ({ page }) => {
  const background = () => page.locator(".v-application").evaluate((app) => getComputedStyle(app).backgroundColor);
  await page.goto("/");
  const light = await background();
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(background).not.toBe(light);

  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Light" }).click();

  await expect.poll(background).toBe(light);
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1280, 360]) {
    test(`home and status have no serious fault, ${colorScheme}, ${width} px`, async ({ another, holdpoint }) => {
      await holdpoint.newThread(
        "A title that is so long that it can't be shown in one line of any list of this page, whatever it is",
      );
      const page = await another({ colorScheme, viewport: { width, height: 740 } });
      for (const place of ["/", "/#/status"]) {
        await page.goto(place);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        expect(await faults(page)).toEqual([]);
      }
      const menu = page.getByRole("button", { name: "Threads" });
      if (width < 600) await menu.click();
      await expect(page.getByRole("list", { name: "Threads" })).toBeVisible();
      expect(await faults(page)).toEqual([]);
    });
  }
}

test("on a phone the list is a drawer that closes where one goes", async ({ another, holdpoint }) => {
  await holdpoint.newThread("Pocket");
  const page = await another({ viewport: { width: 360, height: 740 } });
  await page.goto("/");
  await expect(page.getByRole("navigation").getByRole("link", { name: "Pocket" })).not.toBeInViewport();

  await page.getByRole("button", { name: "Threads" }).click();
  await page
    .getByRole("list", { name: "Threads" })
    .getByRole("link", { name: /Pocket/ })
    .click();

  await expect(page).toHaveTitle("Pocket – Holdpoint");
  await expect(page.getByRole("list", { name: "Threads" })).not.toBeInViewport();
});

test("the keyboard gets everywhere", async ({ page, holdpoint }) => {
  await holdpoint.newThread("Reached by keys");
  await page.goto("/#/status");
  await expect(page.getByText("Everything is ready.")).toBeVisible();

  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the main content" })).toBeFocused();
  await expect(page.getByRole("link", { name: "Skip to the main content" })).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toContainText("Approve");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

/** What the page told by notifications. */
const told = (page: Page) => page.evaluate(() => (window as unknown as { told: string[] }).told);

/** As when the person goes to another tab; without a screen, browsers take every tab for seen. */
function hide(page: Page): Promise<void> {
  return page.evaluate(() => {
    Object.defineProperty(document, "hidden", { value: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
}

test("a thread that begins to wait is told while nobody looks at any tab, if the person allowed it", async ({
  page,
  context,
  holdpoint,
  model,
}) => {
  test.slow();
  model.on("wait for me", [calls("execute", { command: "true" })]);
  model.on("wait as well", [calls("execute", { command: "true" })]);
  await context.addInitScript(() => {
    const told: string[] = [];
    const Real = Notification;
    class Told extends Real {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options);
        told.push(`${title}: ${options?.body}`);
      }
    }
    Object.assign(window, { told, Notification: Told });
  });
  await context.grantPermissions(["notifications"]);
  await page.goto("/");
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("checkbox", { name: "Notifications" }).check();
  await page.reload();
  await page.getByRole("button", { name: "Settings" }).click();
  await expect(page.getByRole("checkbox", { name: "Notifications" })).toBeChecked();
  const tab = await context.newPage();
  await tab.goto("/");

  await hide(page);
  await holdpoint.say(await holdpoint.newThread("Seen"), "wait for me");
  await expect(page).toHaveTitle(/^\(1\)/, { timeout: 30_000 });
  expect(await told(page)).toEqual([]);

  await hide(tab);
  await holdpoint.say(await holdpoint.newThread("Unseen"), "wait as well");
  await expect.poll(() => told(page), { timeout: 30_000 }).toEqual(["Unseen: Waiting for you (1)"]);
});
