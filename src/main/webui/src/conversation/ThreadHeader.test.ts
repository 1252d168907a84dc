import { mount } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { reactive } from "vue";
import type { Todo } from "../api/client";
import { i18n } from "../shell/i18n";
import { vuetify } from "../test-vuetify";
import { ThreadFold } from "../thread/fold";
import ThreadHeader from "./ThreadHeader.vue";

function shown(todos: Todo[]) {
  const thread = { id: "t", fold: Object.assign(reactive(new ThreadFold()), { todos }) };
  const props = { thread, title: "Look around", panel: undefined };
  return mount(ThreadHeader as object, { props, global: { plugins: [vuetify, i18n] } });
}

describe("the header of a thread", () => {
  it("tells how far the to-dos are", () => {
    const header = shown([
      { content: "a", status: "completed" },
      { content: "b", status: "in_progress" },
      { content: "c", status: "pending" },
    ]);

    expect(header.find("[aria-label='To-dos, 1 of 3 done']").exists()).toBe(true);
    expect(header.text()).toContain("1/3");
  });

  it("says nothing of to-dos where there are none", () => {
    const header = shown([]);

    expect(header.find("[aria-label='To-dos']").exists()).toBe(true);
    expect(header.text()).not.toContain("/");
  });
});
