import { mount } from "@vue/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { h, nextTick, reactive, ref } from "vue";
import type { LiveThread } from "../thread/live";
import { useOpeningPanel } from "./opening";

const { mobile, panel } = await vi.hoisted(async () => {
  const { ref } = await import("vue");
  return { mobile: ref(false), panel: ref<string>() };
});
vi.mock("vuetify", () => ({ useDisplay: () => ({ mobile }) }));
vi.mock("./panel", () => ({ usePanel: () => panel }));

let count = 0;
const TODOS = [{ content: "a", status: "pending" }];

function looked() {
  const fold = reactive({ todos: [] as object[] });
  const loaded = ref(true);
  const thread = { id: `thread-${count++}`, fold, loaded } as unknown as LiveThread;
  let opening!: ReturnType<typeof useOpeningPanel>;
  const page = mount({ setup: () => ((opening = useOpeningPanel(thread)), () => h("div")) });
  return { fold, loaded, opening, page };
}

describe("the panel", () => {
  afterEach(() => {
    mobile.value = false;
    panel.value = undefined;
  });

  it("opens with the first to-dos that come", async () => {
    const { fold } = looked();

    fold.todos = TODOS;
    await nextTick();

    expect(panel.value).toBe("plan");
  });

  it("stays closed where the person has closed it, whatever comes", async () => {
    const { fold, opening } = looked();
    fold.todos = TODOS;
    await nextTick();

    opening.value = undefined;
    fold.todos = [];
    await nextTick();
    fold.todos = TODOS;
    await nextTick();

    expect(panel.value).toBeUndefined();
  });

  it("stays as it is for to-dos that were there before, and where it would hide the conversation", async () => {
    const { fold, loaded } = looked();
    loaded.value = false;
    await nextTick();
    Object.assign(loaded, { value: true });
    fold.todos = TODOS;
    await nextTick();
    expect(panel.value).toBeUndefined();

    mobile.value = true;
    const narrow = looked();
    narrow.fold.todos = TODOS;
    await nextTick();
    expect(panel.value).toBeUndefined();
  });

  it("leaves open what the person has opened", async () => {
    const { fold, opening } = looked();
    opening.value = "workspace";

    fold.todos = TODOS;
    await nextTick();

    expect(panel.value).toBe("workspace");
  });
});
