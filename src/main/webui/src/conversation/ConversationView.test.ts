import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { reactive, ref } from "vue";
import { i18n } from "../shell/i18n";
import { router } from "../shell/router";
import { pageOf, serve } from "../test-service";
import { vuetify } from "../test-vuetify";
import { ThreadFold, type CallItem, type UserItem } from "../thread/fold";
import type { LiveThread } from "../thread/live";
import ConversationItem from "./ConversationItem.vue";
import ConversationView from "./ConversationView.vue";

const USER: UserItem = { kind: "user", id: "r1", text: "one", forkAt: 4 };

let page: VueWrapper;

function shown(stubs: Record<string, object> = {}) {
  const fold = reactive(new ThreadFold()) as ThreadFold;
  fold.items = [USER];
  const state = { connection: ref("live"), problem: ref(), loaded: ref(true), isBusy: ref(false) };
  const fork = vi.fn(() => new Promise<string>(() => {}));
  const thread = { id: "a", fold, fork, ...state } as unknown as LiveThread;
  page = mount(ConversationView, {
    shallow: true,
    props: { thread },
    global: { plugins: [i18n, vuetify, router], stubs },
  });
  return { fold, fork };
}

describe("ConversationView", () => {
  afterEach(() => page.unmount());

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
