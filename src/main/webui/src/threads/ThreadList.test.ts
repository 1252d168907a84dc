import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { VApp } from "vuetify/components";
import { h } from "vue";
import { i18n } from "../shell/i18n";
import { router } from "../shell/router";
import { pageOf, refusal, serve, threadOf, waiting } from "../test-service";
import { vuetify } from "../test-vuetify";
import DeletionSnackbar from "./DeletionSnackbar.vue";
import ThreadList from "./ThreadList.vue";
import { hasMore, onlyWaiting, refresh, search } from "./threads";

// What a thread's own page shows is none of this.
vi.mock("../conversation/ThreadView.vue", () => ({ default: { render: () => "a thread" } }));

let page: VueWrapper;

async function shown(): Promise<VueWrapper> {
  await refresh();
  page = mount(
    { render: () => h(VApp, () => [h(ThreadList), h(DeletionSnackbar)]) },
    { global: { plugins: [i18n, vuetify, router] }, attachTo: document.body },
  );
  await flushPromises();
  return page;
}

const rows = () => page.findAll("[role=listitem]");
const inBody = (selector: string, text: string) =>
  [...document.querySelectorAll<HTMLElement>(selector)].find((element) => element.textContent?.includes(text));

async function choose(action: string): Promise<void> {
  await rows()[0]!.get("button").trigger("click");
  await flushPromises();
  inBody(".v-overlay .v-list-item", action)!.click();
  await flushPromises();
}

describe("ThreadList", () => {
  beforeEach(async () => {
    vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(600);
    await router.push("/");
  });
  afterEach(async () => {
    page.unmount();
    document.body.replaceChildren();
    search.value = "";
    onlyWaiting.value = false;
    vi.useRealTimers();
    await new Promise((done) => setTimeout(done, 260));
  });

  it("shows what each thread is doing, and what a title hides", async () => {
    serve({
      "GET /api/threads": () =>
        pageOf([
          threadOf("w", { interrupts: waiting("1", "2") }),
          threadOf("r", { status: "running", title: null }),
          threadOf("f", { status: "failed", title: "<b>a\u202eb</b>" }),
        ]),
    });

    await shown();

    expect(rows()[0]!.text()).toContain("Waiting for you (2)");
    expect(rows()[1]!.text()).toContain("Untitled thread");
    expect(rows()[1]!.find(".v-progress-circular").exists()).toBe(true);
    expect(rows()[2]!.text()).toContain("<b>a⟨U+202E⟩b</b>");
    expect(rows()[2]!.text()).toContain("Failed");
    expect(rows()[2]!.find("b").exists()).toBe(false);
  });

  it("marks the thread that is open", async () => {
    serve({ "GET /api/threads": () => pageOf([threadOf("a"), threadOf("b")]) });
    await shown();

    await router.push("/t/b");
    await flushPromises();

    expect(rows().map((row) => row.get("a").attributes("aria-current"))).toEqual([undefined, "page"]);
  });

  it("keeps the DOM small however many threads there are", async () => {
    const many = Array.from({ length: 1_000 }, (_, index) => threadOf(`t${index}`));
    serve({ "GET /api/threads": () => pageOf(many) });

    await shown();

    expect(rows().length).toBeGreaterThan(3);
    expect(rows().length).toBeLessThan(100);
  });

  it("says that there is nothing, or nothing like it", async () => {
    const asked = serve({ "GET /api/threads": () => pageOf([]) });
    await shown();
    expect(page.text()).toContain("No threads yet.");

    vi.useFakeTimers();
    await page.get("input").setValue("a");
    await vi.advanceTimersByTimeAsync(200);
    await page.get("input").setValue("ab");
    await vi.advanceTimersByTimeAsync(300);

    expect(asked.map(({ url }) => new URL(url).searchParams.get("search"))).toEqual([null, "ab"]);
    expect(page.text()).toContain("No title contains “ab”.");
  });

  it("says nothing of what nobody has looked for yet", async () => {
    const some = pageOf([threadOf("a")]);
    serve({ "GET /api/threads": ({ url }) => (url.includes("search") ? pageOf([]) : some) });
    await shown();
    const said = () => page.findAll("p[role=status]").map((each) => each.text());
    vi.useFakeTimers();
    const type = async (text: string, millis: number) => {
      await page.get("input").setValue(text);
      await vi.advanceTimersByTimeAsync(millis);
      return said();
    };

    expect(await type("ab", 300)).toEqual(["No title contains “ab”."]);
    expect(await type("abc", 200)).toEqual(["No title contains “ab”."]);
    expect(await type("abc", 100)).toEqual(["No title contains “abc”."]);
    expect(await type("", 200)).toEqual(["No title contains “abc”."]);
    expect(await type("", 100)).toEqual([]);
  });

  it("shows only those that wait, together with the search, until it is turned off", async () => {
    const old = threadOf("old", { interrupts: waiting("1", "2") });
    let waits = [old];
    const asked = serve({
      "GET /api/threads": ({ url }) => ({
        ...pageOf(url.includes("status=interrupted") ? waits : [threadOf("a"), threadOf("b")]),
        waiting: 2 * waits.length,
      }),
    });
    await shown();
    const chip = () => page.find("[aria-pressed]");
    const links = () => rows().map((row) => row.get("a").attributes("href"));
    expect(chip().text()).toBe("2 waiting for you");
    expect(chip().attributes("aria-pressed")).toBe("false");

    await chip().trigger("click");
    await flushPromises();
    expect(chip().attributes("aria-pressed")).toBe("true");
    expect(links()).toEqual(["#/t/old"]);

    waits = [];
    await refresh();
    await flushPromises();
    expect(page.get("[role=status]").text()).toBe("Nothing waits for you.");
    expect(chip().text()).toBe("0 waiting for you");
    await page.get("input").setValue("x");
    await vi.waitFor(() =>
      expect(asked.map(({ url }) => new URL(url).search)).toContain("?limit=50&search=x&status=interrupted"),
    );
    await flushPromises();
    expect(page.get("[role=status]").text()).toBe("Nothing that waits for you has “x” in its title.");

    await page.get("input").setValue("");
    await chip().trigger("click");
    await flushPromises();
    expect(links()).toEqual(["#/t/a", "#/t/b"]);
    expect(chip().exists()).toBe(false);
  });

  it("keeps the list when the service is away, and says so", async () => {
    serve({ "GET /api/threads": () => pageOf([threadOf("a")]) });
    await shown();
    serve({ "GET /api/threads": () => Promise.reject(new TypeError("refused")) });

    await refresh();
    await flushPromises();

    expect(rows()).toHaveLength(1);
    expect(page.get("[role=status]").text()).toBe("The list may be out of date; the page tries again.");
  });

  it("loads more", async () => {
    serve({
      "GET /api/threads": ({ url }) =>
        url.includes("cursor=c") ? pageOf([threadOf("b")]) : pageOf([threadOf("a")], "c"),
    });
    await shown();

    await page
      .findAll("button")
      .find((button) => button.text() === "Load more")!
      .trigger("click");
    await flushPromises();

    expect(rows().map((row) => row.get("a").attributes("href"))).toEqual(["#/t/a", "#/t/b"]);
    expect(hasMore.value).toBe(false);
  });

  it("renames", async () => {
    let title = "Old";
    const asked = serve({
      "GET /api/threads": () => pageOf([threadOf("a", { title })]),
      "PATCH /api/threads/a": async (request) => {
        title = ((await request.json()) as { title: string }).title;
        return threadOf("a", { title });
      },
    });
    await shown();

    await choose("Rename");
    const input = document.querySelector<HTMLInputElement>(".v-dialog input")!;
    expect(input.value).toBe("Old");
    expect(input.maxLength).toBe(200);
    input.value = "  New  ";
    input.dispatchEvent(new Event("input"));
    document.querySelector("form")!.dispatchEvent(new Event("submit", { cancelable: true }));
    await flushPromises();

    expect(title).toBe("New");
    expect(rows()[0]!.text()).toContain("New");
    expect(document.querySelector(".v-dialog")).toBeNull();
    expect(asked.filter(({ method }) => method === "PATCH")).toHaveLength(1);
  });

  it("says why a title wasn't taken, and keeps it", async () => {
    serve({
      "GET /api/threads": () => pageOf([threadOf("a")]),
      "PATCH /api/threads/a": () => refusal(400, "invalid_request", "title: no."),
    });
    await shown();

    await choose("Rename");
    document.querySelector("form")!.dispatchEvent(new Event("submit", { cancelable: true }));
    await flushPromises();

    expect(document.querySelector(".v-dialog")!.textContent).toContain("title: no.");
    expect(document.querySelector<HTMLInputElement>(".v-dialog input")!.value).toBe("Title of a");
  });

  it("keeps the keyboard in the list", async () => {
    const labels: string[] = [];
    const focused = async () => {
      await flushPromises();
      labels.push(document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "");
    };
    serve({ "GET /api/threads": () => pageOf([threadOf("a"), threadOf("b")]) });
    await shown();

    await choose("Rename");
    inBody(".v-dialog button", "Cancel")!.click();
    await focused();
    await choose("Delete");
    await focused();
    inBody("button", "Undo")!.click();
    await focused();
    await choose("Delete");
    await choose("Delete");
    await focused();
    for (let away = 0; away < 2; away++) {
      inBody("button", "Undo")!.click();
      await flushPromises();
    }

    const [a, b] = ["Actions for Title of a", "Actions for Title of b"];
    expect(labels).toEqual([a, b, a, "New thread"]);
  });

  it("keeps the keyboard on a row that goes to another place", async () => {
    const [a, b] = [threadOf("a"), threadOf("b")];
    serve({ "GET /api/threads": () => pageOf([a, b]) });
    await shown();
    const actions = page.get<HTMLElement>("[aria-label='Actions for Title of b']").element;
    actions.focus();

    serve({ "GET /api/threads": () => pageOf([b, a]) });
    await refresh();
    await flushPromises();

    expect(rows()[0]!.text()).toContain("Title of b");
    expect(document.activeElement).toBe(actions);
  });

  it.each([
    ["Ctrl+Z", { ctrlKey: true }],
    ["⌘Z", { metaKey: true }],
  ])("brings the last one back on %s, but not from what is being written", async (_, held) => {
    serve({ "GET /api/threads": () => pageOf([threadOf("a"), threadOf("b")]) });
    await shown();
    await choose("Delete");
    await choose("Delete");
    const press = async (of: KeyboardEventInit, target: Element = document.body) => {
      const event = new KeyboardEvent("keydown", { key: "z", bubbles: true, cancelable: true, ...of });
      target.dispatchEvent(event);
      await flushPromises();
      return event.defaultPrevented;
    };
    const field = page.get("input");
    expect(inBody("button", "Undo")!.textContent).toContain("Ctrl+Z");

    expect(await press({})).toBe(false);
    expect(await press({ ...held, shiftKey: true })).toBe(false);
    field.element.value = "pars";
    expect(await press(held, field.element)).toBe(false);
    expect(rows()).toHaveLength(0);
    field.element.value = "";
    expect(await press(held, field.element)).toBe(true);
    expect(document.activeElement?.getAttribute("aria-label")).toBe("Actions for Title of b");
    expect(await press(held)).toBe(true);

    expect(rows()).toHaveLength(2);
    expect(await press(held)).toBe(false);
  });

  it.each([
    ["pointer", "pointerenter", "pointerleave"],
    ["keyboard", "focusin", "focusout"],
  ])("deletes nothing while the %s is on the way back", async (_, comes, goes) => {
    const deletion = () => new Response(null, { status: 204 });
    const asked = serve({
      "GET /api/threads": () => pageOf([threadOf(comes)]),
      [`DELETE /api/threads/${comes}`]: deletion,
    });
    await shown();
    await choose("Delete");
    const snackbar = document.querySelector(".v-snackbar")!;
    const ended = () => asked.some(({ method }) => method === "DELETE");
    vi.useFakeTimers();

    snackbar.dispatchEvent(new Event(comes));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ended()).toBe(false);
    expect(inBody("button", "Undo")).toBeDefined();
    snackbar.dispatchEvent(new Event(goes));
    await vi.advanceTimersByTimeAsync(8_000);

    expect(ended()).toBe(true);
  });

  it("takes the open thread away with its place, and brings it back", async () => {
    serve({ "GET /api/threads": () => pageOf([threadOf("a"), threadOf("b")]) });
    await shown();
    await router.push("/t/a?panel=plan");

    await choose("Delete");

    expect(rows()).toHaveLength(1);
    await vi.waitFor(() => expect(router.currentRoute.value.name).toBe("home"));
    expect(document.body.textContent).toContain("“Title of a” was deleted.");
    inBody("button", "Undo")!.click();
    await flushPromises();
    expect(rows()).toHaveLength(2);
    await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toBe("/t/a?panel=plan"));
  });
});
