import { mount } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { reactive } from "vue";
import { i18n } from "../shell/i18n";
import { vuetify } from "../test-vuetify";
import { ThreadFold } from "../thread/fold";
import PanelContent from "./PanelContent.vue";

function shown(usage: ThreadFold["usage"]) {
  const thread = { id: "t", fold: Object.assign(reactive(new ThreadFold()), { usage }) };
  return mount(PanelContent as object, {
    props: { thread, modelValue: "plan" },
    global: { plugins: [vuetify, i18n] },
  });
}

describe("the panel of to-dos", () => {
  it("tells what was used, to the token, where the header may have no room for it", () => {
    const panel = shown({ input_tokens: 12_345, output_tokens: 678 });

    expect(panel.text()).toContain("12,345 read by the model, 678 written by it");
  });

  it("says nothing of it before anything was used", () => {
    expect(shown(undefined).text()).not.toContain("Tokens");
  });
});
