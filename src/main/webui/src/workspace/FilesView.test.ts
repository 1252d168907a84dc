import { flushPromises } from "@vue/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { serve } from "../test-service";
import FilesView from "./FilesView.vue";
import { HOSTILE, HOSTILE_SHOWN, show } from "./testing";

afterEach(() => {
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

describe("FilesView", () => {
  const unreadable = (name: string) => ({
    name,
    isFile: true,
    file: (_: unknown, failed: (why: Error) => void) => failed(new DOMException("It is gone.", "NotFoundError")),
  });

  it("lets a slow deletion answer no other question", async () => {
    let deleted = () => {};
    const entry = (name: string) => ({
      path: `/workspace/${name}`,
      type: "file",
      size: 1,
      modified_at: "2026-01-01T00:00:00Z",
    });
    serve(({ method, url }) => {
      if (method === "DELETE")
        return new Promise((done) => (deleted = () => done(new Response(null, { status: 204 }))));
      const isRoot = new URL(url).searchParams.get("path") === "/";
      const folder = { ...entry(""), path: "/workspace", type: "dir" };
      return { entries: isRoot ? [folder] : [entry("a"), entry("b")], truncated: false };
    });
    const wrapper = show(FilesView, { threadId: "t", revision: 0 });
    const rowOf = (name: string) => wrapper.get(`[data-row="/workspace/${name}"]`);
    const dialog = () => document.querySelector("[role=dialog] .v-card");
    await vi.waitFor(() => rowOf("a"));
    const ask = async (name: string) => {
      await rowOf(name).trigger("focusin");
      await rowOf(name).trigger("keydown", { key: "Delete" });
    };
    await ask("a");
    [...dialog()!.querySelectorAll("button")].at(-1)!.click();
    await flushPromises();
    await ask("b");

    deleted();
    await flushPromises();

    expect(dialog()!.textContent).toContain("/workspace/b");
  });

  it.each([
    [[HOSTILE], `${HOSTILE_SHOWN} can't be read, so it isn't uploaded.`],
    [["a.txt", "b.txt"], "2 files or folders can't be read, so they aren't uploaded. The first is a.txt."],
  ])("says what of a drop can't be read, until it is told to be quiet: %j", async (names, words) => {
    serve(() => ({ entries: [], truncated: false }));
    const wrapper = show(FilesView, { threadId: "t", revision: 0 });
    const items = names.map((name) => ({ kind: "file", webkitGetAsEntry: () => unreadable(name) }));

    await wrapper.trigger("drop", { dataTransfer: { items } });
    await vi.waitFor(() => expect(wrapper.get(".v-alert").text()).toBe(words));
    await wrapper.setProps({ revision: 1 });

    expect(wrapper.get(".v-alert").text()).toBe(words);
    await wrapper.get(".v-alert button").trigger("click");
    expect(wrapper.find(".v-alert").exists()).toBe(false);
  });
});
