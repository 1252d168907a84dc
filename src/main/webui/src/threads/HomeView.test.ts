import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { giveKey } from "../api/client";
import { i18n } from "../shell/i18n";
import { router } from "../shell/router";
import { refreshStatus, status } from "../status/status";
import { pageOf, refusal, serve, threadOf, waiting } from "../test-service";
import { vuetify } from "../test-vuetify";
import HomeView from "./HomeView.vue";
import { onlyWaiting, refresh, search } from "./threads";

// What a thread's own page shows is none of this.
vi.mock("../conversation/ThreadView.vue", () => ({ default: { render: () => "a thread" } }));

const part = { name: "x", ready: true };
const statusOf = (demo: boolean) => ({
  ready: true,
  version: "1",
  model: { name: "m", demo },
  sandbox: part,
  database: part,
});

const list = { "GET /api/threads": () => pageOf([]) };
const session = { "POST /api/sessions": () => ({ thread_id: "user-1" }) };
const streamed = { "POST /api/chat/user-1": () => new Response("event: RUN_STARTED\n\n") };

let page: VueWrapper;
const shown = () => (page = mount(HomeView, { global: { plugins: [i18n, vuetify, router] }, attachTo: document.body }));
const posts = (asked: Request[], path: string) =>
  asked.filter(({ method, url }) => method === "POST" && new URL(url).pathname.startsWith(path));

/** A service that takes a message when it is told to. */
function slowly(): () => void {
  let answer: (said: Response) => void = () => {};
  const slow = () => new Promise<Response>((done) => (answer = done));
  serve({ ...list, ...session, "POST /api/chat/user-1": slow });
  return () => answer(streamed["POST /api/chat/user-1"]());
}

async function write(text: string): Promise<void> {
  await page.get("textarea").setValue(text);
  await page.get("textarea").trigger("keydown", { key: "Enter" });
  await flushPromises();
}

describe("HomeView", () => {
  beforeEach(() => {
    sessionStorage.clear();
    return router.push("/");
  });
  afterEach(() => {
    page.unmount();
    status.value = undefined;
  });

  it("begins a thread with the message and goes there", async () => {
    const asked = serve({ ...list, ...session, ...streamed });
    search.value = "other";
    onlyWaiting.value = true;
    shown();

    await write("  do it\nnow ");

    expect(await posts(asked, "/api/chat/")[0]!.json()).toEqual({ message: "do it\nnow", mode: "build" });
    await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toBe("/t/user-1"));
    expect([search.value, onlyWaiting.value]).toEqual(["", false]);
  });

  it("leaves Shift+Enter to the text and Enter to an input method", async () => {
    const asked = serve({ ...list, ...session, ...streamed });
    shown();
    await page.get("textarea").setValue("ni");

    await page.get("textarea").trigger("keydown", { key: "Enter", shiftKey: true });
    await page.get("textarea").trigger("keydown", { key: "Enter", isComposing: true });
    await page.get("textarea").trigger("keydown", { key: "Enter", keyCode: 229 });
    await flushPromises();

    expect(asked).toEqual([]);
  });

  it("keeps the message when it fails; tried again it is the same thread and turn", async () => {
    const asked = serve({ ...list, ...session, "POST /api/chat/user-1": () => refusal(503, "overloaded", "Place 4.") });
    shown();
    await write("do it");

    expect(page.get("textarea").element.value).toBe("do it");
    expect(page.get("[role=alert]").text()).toContain("Place 4.");
    const again = serve({ ...list, ...session, ...streamed });
    await page.get("form").trigger("submit");
    await flushPromises();

    const keys = (of: Request[], path: string) => posts(of, path).map(({ headers }) => headers.get("Idempotency-Key"));
    expect(keys(again, "/api/sessions")).toEqual(keys(asked, "/api/sessions"));
    expect(keys(again, "/api/chat/")).toEqual(keys(asked, "/api/chat/"));
    expect(keys(asked, "/api/chat/")[0]).toMatch(/^[0-9a-f]{32}$/);
    await vi.waitFor(() => expect(router.currentRoute.value.name).toBe("thread"));
  });

  it("says what to do while the service is away, until it is back", async () => {
    const away = () => Promise.reject(new TypeError("refused"));
    serve({ "POST /api/sessions": away, "GET /api/status": away });
    shown();
    await write("do it");

    expect(page.get("[role=alert]").text()).toContain("press Start again when it is back");
    expect(page.get("[role=alert]").text()).not.toContain("trying");
    serve({ "GET /api/status": () => statusOf(false) });
    await refreshStatus();
    await flushPromises();

    expect(page.find("[role=alert]").exists()).toBe(false);
    expect(page.get("textarea").element.value).toBe("do it");
  });

  const keysOf = (asked: Request[], path: string) =>
    new Set(posts(asked, path).map(({ headers }) => headers.get("Idempotency-Key"))).size;

  it("is another turn in the same thread when the message is another, also from another visit", async () => {
    const asked = serve({ ...list, ...session, "POST /api/chat/user-1": () => refusal(503, "overloaded") });
    shown();

    await write("one");
    await write("two");
    page.unmount();
    shown();
    await write("two, better");

    expect(keysOf(asked, "/api/sessions")).toBe(1);
    expect(keysOf(asked, "/api/chat/")).toBe(3);
  });

  it.each([
    ["is gone", 404, "not_found"],
    ["has begun all the same", 409, "run_active"],
  ])("is another thread once it is known that the one of before %s", async (_, status, code) => {
    const asked = serve({ ...list, ...session, "POST /api/chat/user-1": () => refusal(status, code) });
    shown();

    await write("one");
    await write("two");

    expect(keysOf(asked, "/api/sessions")).toBe(2);
  });

  it("keeps what is being written until its thread has begun", async () => {
    const answer = slowly();
    shown();
    await page.get("textarea").setValue("half a thought");
    const again = () => {
      page.unmount();
      return shown().get("textarea").element.value;
    };
    expect(again()).toBe("half a thought");

    await page.get("textarea").trigger("keydown", { key: "Enter" });
    await flushPromises();
    expect(again()).toBe("half a thought");
    answer();

    await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toBe("/t/user-1"));
    expect(again()).toBe("");
    expect(sessionStorage.length).toBe(0);
  });

  it("keeps what was written while the message before it was on its way", async () => {
    const answer = slowly();
    shown();
    await write("one");

    await page.get("textarea").setValue("two");
    answer();
    await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toBe("/t/user-1"));

    expect(page.get("textarea").element.value).toBe("two");
  });

  it("leaves a person alone who went elsewhere while it began", async () => {
    const answer = slowly();
    shown();
    await write("one");

    await router.push("/status");
    answer();
    await vi.waitFor(() => expect(sessionStorage.length).toBe(0));

    expect(router.currentRoute.value.fullPath).toBe("/status");
  });

  it("goes on by itself once the key is there", async () => {
    serve({ "POST /api/sessions": () => refusal(401, "unauthenticated") });
    shown();
    await write("do it");

    serve({ ...list, ...session, ...streamed });
    giveKey("right");
    await flushPromises();

    await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toBe("/t/user-1"));
  });

  it("says that it is the demo, with examples that the demo obeys", async () => {
    status.value = statusOf(true);
    shown();

    expect(page.text()).toContain(
      "This is the demo model: it only obeys commands to the letter, such as “run: ls -la”",
    );
    await page
      .findAll("button")
      .find((button) => button.text() === "Look around")!
      .trigger("click");
    expect(page.get("textarea").element.value).toMatch(/^run: /);
  });

  it("has wishes in words for a real model", async () => {
    status.value = statusOf(false);
    shown();

    expect(page.text()).not.toContain("demo model");
    await page
      .findAll("button")
      .find((button) => button.text() === "Look around")!
      .trigger("click");
    expect(page.get("textarea").element.value).toMatch(/^Look around in your workspace/);
  });

  it("has recent threads, first those that wait", async () => {
    const threads = [threadOf("a"), threadOf("b", { interrupts: waiting("1") }), threadOf("c", { status: "running" })];
    serve({ "GET /api/threads": () => pageOf(threads) });
    await refresh();
    shown();

    expect(page.findAll("section a").map((link) => link.attributes("href"))).toEqual(["#/t/b", "#/t/a", "#/t/c"]);
    expect(page.get("section a").text()).toContain("Waiting for you (1)");
    expect(page.findAll("section [tabindex]").map((stop) => stop.attributes("tabindex"))).toEqual(["0", "0", "0"]);
  });

  it("has those that wait and aren't among the newest, read only while there are such", async () => {
    const newest = [threadOf("a"), threadOf("b", { interrupts: waiting("1") })];
    const old = threadOf("old", { interrupts: waiting("2", "3") });
    const listOf = (count: number) =>
      serve({
        "GET /api/threads": ({ url }) => ({
          ...pageOf(url.includes("status=interrupted") ? [newest[1]!, old] : newest),
          waiting: count,
        }),
      });
    const read = (asked: Request[]) => asked.map(({ url }) => new URL(url).searchParams.get("status"));
    const links = () => page.findAll("section a").map((link) => link.attributes("href"));
    const asked = listOf(3);
    await refresh();
    shown();
    await flushPromises();

    expect(links()).toEqual(["#/t/b", "#/t/old", "#/t/a"]);
    expect(read(asked)).toEqual([null, "interrupted"]);

    const later = listOf(1);
    await refresh();
    await flushPromises();
    expect(links()).toEqual(["#/t/b", "#/t/a"]);
    expect(read(later)).toEqual([null]);
  });
});
