import { flushPromises, mount } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { reactive, ref } from "vue";
import { i18n } from "../shell/i18n";
import { router } from "../shell/router";
import { pageOf, serve } from "../test-service";
import { vuetify } from "../test-vuetify";
import { ThreadFold, type CallItem } from "../thread/fold";
import type { LiveThread } from "../thread/live";
import ConversationView from "./ConversationView.vue";

describe("ConversationView", () => {
  it("has the list read again when the thread's state or what waits in it changes", async () => {
    const fold = reactive(new ThreadFold()) as ThreadFold;
    const state = { connection: ref("live"), problem: ref(), loaded: ref(true), isBusy: ref(false) };
    const thread = { id: "a", fold, ...state } as unknown as LiveThread;
    const asked = serve({ "GET /api/threads": () => pageOf([]) });
    const page = mount(ConversationView, {
      shallow: true,
      props: { thread },
      global: { plugins: [i18n, vuetify, router] },
    });
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
