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
