import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import App from "./App.vue";
import { giveKey, keyWanted } from "./api/client";
import { i18n } from "./shell/i18n";
import { language, theme } from "./shell/preferences";
import { router } from "./shell/router";
import { pageOf, refusal, serve, threadOf, waiting } from "./test-service";
import { vuetify } from "./test-vuetify";

// What a thread's own page shows is none of this.
vi.mock("./conversation/ThreadView.vue", () => ({ default: { render: () => "a thread" } }));

let page: VueWrapper;

const threads = () => pageOf([threadOf("a", { interrupts: waiting("1", "2") }), threadOf("b", { title: "B\u202e" })]);
const status = () => ({
  ready: true,
  version: "1",
  model: { name: "m", demo: false },
  sandbox: { name: "docker", ready: true },
  database: { name: "SQLite", ready: true },
});

async function shown(): Promise<void> {
  page = mount(App, { global: { plugins: [i18n, vuetify, router] }, attachTo: document.body });
  await flushPromises();
}

const labelled = (label: string) => document.querySelector<HTMLElement>(`[aria-label="${label}"]`);

async function settle(click: () => HTMLElement | null | undefined): Promise<void> {
  await labelled("Settings")?.click();
  await flushPromises();
  click()!.click();
  await flushPromises();
}

const button = (text: string) => [...document.querySelectorAll("button")].find((each) => each.textContent === text);

describe("App", () => {
  beforeEach(async () => {
    serve({ "GET /api/threads": threads, "GET /api/status": status });
    await router.push("/");
  });
  afterEach(() => {
    page.unmount();
    document.body.replaceChildren();
    language.value = "en";
    theme.value = "system";
    keyWanted.value = false;
  });

  it("counts what waits in the page's title, and names the place", async () => {
    await shown();
    expect(document.title).toBe("(2) Holdpoint");

    await router.push("/status");
    await flushPromises();
    expect(document.title).toBe("(2) Status – Holdpoint");
    await router.push("/t/b");
    await flushPromises();
    expect(document.title).toBe("(2) B⟨U+202E⟩ – Holdpoint");
    await router.push("/t/not-listed");
    await flushPromises();
    expect(document.title).toBe("(2) Holdpoint");
  });

  it("has the way to the status among the settings, whatever the status is", async () => {
    await shown();

    await settle(() => [...document.querySelectorAll("a")].find((link) => link.textContent === "Status"));

    await vi.waitFor(() => expect(router.currentRoute.value.name).toBe("status"));
    expect(labelled("Settings")!.getAttribute("aria-expanded")).toBe("false");
  });

  it("has landmarks, and a first link that skips to the main one", async () => {
    await shown();

    expect(document.querySelector("header")).not.toBeNull();
    expect(document.querySelector("nav")!.getAttribute("aria-label")).toBe("Threads");
    const first = document.querySelector<HTMLElement>("a, button, input")!;
    expect(first.textContent).toBe("Skip to the main content");
    labelled("Settings")!.focus();
    first.click();
    expect(document.activeElement).toBe(document.querySelector("main"));
  });

  it("takes the keyboard to where one goes", async () => {
    await shown();
    labelled("Settings")!.focus();

    await router.push("/status");

    await vi.waitFor(() => expect(document.activeElement).toBe(document.querySelector("main")));
  });

  it("begins a new thread with the keyboard in the prompt", async () => {
    await router.push("/status");
    await shown();

    button("New thread")!.click();

    await vi.waitFor(() => expect(document.activeElement?.tagName).toBe("TEXTAREA"));
    expect(router.currentRoute.value.name).toBe("home");
  });

  it("changes its language, for the page and for what reads it aloud", async () => {
    await shown();

    await settle(() => button("中文"));

    await vi.waitFor(() => expect(document.documentElement.lang).toBe("zh-CN"));
    expect(document.body.textContent).toContain("想让智能体做什么？");
    expect(localStorage.getItem("holdpoint.language")).toBe("zh");
  });

  it("changes its colours", async () => {
    await shown();

    await settle(() => button("Dark"));

    expect(vuetify.theme.global.name.value).toBe("dark");
    expect(localStorage.getItem("holdpoint.theme")).toBe("dark");
  });

  it("tells which language and colours are chosen", async () => {
    await shown();
    const groups = () =>
      [...document.querySelectorAll("[role=dialog] [role=group]")].map((group) =>
        [...group.querySelectorAll("[aria-pressed=true]")].map(({ textContent }) => textContent),
      );

    await settle(() => button("Dark"));
    expect(groups()).toEqual([["English"], ["Dark"]]);
    await settle(() => button("中文"));

    await vi.waitFor(() => expect(groups()).toEqual([["中文"], ["深色"]]));
  });

  it("shows its keys on ?, but not to who writes one", async () => {
    await shown();
    const press = (target: Element) => target.dispatchEvent(new KeyboardEvent("keydown", { key: "?", bubbles: true }));

    press(document.querySelector("textarea")!);
    await flushPromises();
    expect(labelled("Keyboard shortcuts")).toBeNull();
    press(document.body);
    await flushPromises();
    expect(labelled("Keyboard shortcuts")!.textContent).toContain("Edit, then approve");
  });

  it("asks for the key that is wanted, once", async () => {
    const asked = serve({
      "GET /api/threads": () => refusal(401, "unauthenticated"),
      "GET /api/status": () => refusal(401, "unauthenticated"),
    });

    await shown();

    expect(document.querySelectorAll(".v-dialog")).toHaveLength(1);
    expect(asked).toHaveLength(2);
  });

  it("has the keyboard in the view when the key was taken", async () => {
    keyWanted.value = true;
    await shown();
    document.querySelector<HTMLElement>(".v-dialog input")!.focus();

    giveKey("right");

    await vi.waitFor(() => expect(document.activeElement).toBe(document.querySelector("main")));
  });

  it("hears of changes in other tabs at once", async () => {
    await shown();
    const asked = serve({ "GET /api/threads": () => pageOf([]) });

    const other = new BroadcastChannel("holdpoint.threads");
    other.postMessage(undefined);
    await vi.waitFor(() => expect(asked).toHaveLength(1), { timeout: 2_000 });
    other.postMessage("a");
    await vi.waitFor(() => expect(document.title).toBe("Holdpoint"));
    other.close();
  });
});
