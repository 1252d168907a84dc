import { flushPromises, mount } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { reactive, ref } from "vue";
import { i18n } from "../shell/i18n";
import { router } from "../shell/router";
import { pageOf, serve, threadOf } from "../test-service";
import { vuetify } from "../test-vuetify";
import { ThreadFold, type CallItem } from "../thread/fold";
import type { LiveThread } from "../thread/live";
import { loadMore, refresh, threads } from "../threads/threads";
import ConversationView from "./ConversationView.vue";

function shown() {
  const fold = reactive(new ThreadFold()) as ThreadFold;
  const problem = ref<{ code: string }>();
  const state = { connection: ref("live"), problem, loaded: ref(true), isBusy: ref(false) };
  const thread = { id: "a", fold, ...state } as unknown as LiveThread;
  const page = mount(ConversationView, {
    shallow: true,
    props: { thread },
    global: { plugins: [i18n, vuetify, router] },
  });
  return { page, fold, problem };
}

describe("ConversationView", () => {
  it("takes a thread that is gone off the pages of the list that aren't read again", async () => {
    const old = { updated_at: "2025-01-01T00:00:00Z" };
    const further = pageOf([threadOf("a", old), threadOf("z", old)]);
    serve({
      "GET /api/threads": ({ url }) => (url.includes("cursor") ? further : pageOf([threadOf("new")], "c")),
    });
    const ids = () => threads.value.map(({ thread_id }) => thread_id);
    await refresh();
    await loadMore();
    await refresh();
    expect(ids()).toEqual(["new", "a", "z"]);
    const { page, problem } = shown();

    problem.value = { code: "not_found" };
    await flushPromises();

    expect(ids()).toEqual(["new", "z"]);
    page.unmount();
  });

  it("has the list read again when the thread's state or what waits in it changes", async () => {
    const asked = serve({ "GET /api/threads": () => pageOf([]) });
    const { page, fold } = shown();
    await flushPromises();
    const read = () => asked.splice(0).length;
    expect(read()).toBe(0);

    fold.status = "interrupted";
    fold.waiting = [{}, {}] as CallItem[];
    await flushPromises();
    expect(read()).toBe(1);
    fold.waiting = [{}] as CallItem[];
    await flushPromises();
    expect(read()).toBe(1);
    page.unmount();
  });
});
