import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { reactive, ref } from "vue";
import { i18n } from "../shell/i18n";
import { router } from "../shell/router";
import { pageOf, serve, threadOf } from "../test-service";
import { vuetify } from "../test-vuetify";
import { ThreadFold, type CallItem, type UserItem } from "../thread/fold";
import type { LiveThread } from "../thread/live";
import { loadMore, refresh, threads } from "../threads/threads";
import ConversationItem from "./ConversationItem.vue";
import ConversationView from "./ConversationView.vue";

const USER: UserItem = { kind: "user", id: "r1", text: "one", at: undefined, forkAt: 4 };

let page: VueWrapper;

function shown(stubs: Record<string, object> = {}) {
  const fold = reactive(new ThreadFold()) as ThreadFold;
  fold.items = [USER];
  const problem = ref<{ code: string }>();
  const state = { connection: ref("live"), problem, loaded: ref(true), isBusy: ref(false) };
  const fork = vi.fn(() => new Promise<string>(() => {}));
  const thread = { id: "a", fold, fork, ...state } as unknown as LiveThread;
  page = mount(ConversationView, {
    shallow: true,
    props: { thread },
    global: { plugins: [i18n, vuetify, router], stubs },
  });
  return { fold, fork, problem };
}

describe("ConversationView", () => {
  afterEach(() => page.unmount());

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
    const { problem } = shown();

    problem.value = { code: "not_found" };
    await flushPromises();

    expect(ids()).toEqual(["new", "z"]);
  });

  it("has the list read again when the thread's state or what waits in it changes", async () => {
    const asked = serve({ "GET /api/threads": () => pageOf([]) });
    const { fold } = shown();
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
  });

  it("makes one copy, however often it is asked for while that is being made", async () => {
    const list = { template: '<div><slot v-for="item in items" :item="item" :index="0" /></div>', props: ["items"] };
    const { fork } = shown({ MessageList: list });
    const item = page.getComponent(ConversationItem);

    item.vm.$emit("fork", 7);
    item.vm.$emit("fork", 7);
    item.vm.$emit("resend", USER, "two");
    await flushPromises();

    expect(fork).toHaveBeenCalledExactlyOnceWith(7, undefined);
  });
});
