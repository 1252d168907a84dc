import { mount } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { i18n } from "../shell/i18n";
import { vuetify } from "../test-vuetify";
import Composer from "./Composer.vue";

const shown = (draft: string, busy = false) => {
  const composer = mount(Composer, {
    props: {
      modelValue: draft,
      busy,
      stopping: false,
      "onUpdate:modelValue": (modelValue: string) => composer.setProps({ modelValue }),
    },
    global: { plugins: [vuetify, i18n] },
  });
  return composer;
};

describe("Composer", () => {
  it("sends with Enter, and is empty then", async () => {
    const composer = shown(" hello ");

    await composer.get("textarea").trigger("keydown", { key: "Enter" });

    expect(composer.emitted("send")).toEqual([["hello"]]);
    expect(composer.props("modelValue")).toBe("");
  });

  it("is left with Escape while it is empty", async () => {
    for (const [draft, stays] of [
      ["half a thought", true],
      ["", false],
    ] as const) {
      const composer = shown(draft);
      document.body.append(composer.element);
      const field = composer.get("textarea");
      field.element.focus();

      await field.trigger("keydown", { key: "Escape" });

      expect(document.activeElement === field.element).toBe(stays);
      composer.unmount();
    }
  });

  it.each([
    ["with Shift", { shiftKey: true }],
    ["while an input method composes", { isComposing: true }],
    ["that ends a word in Safari", { keyCode: 229 }],
  ])("doesn't send with Enter %s", async (_, also) => {
    const composer = shown("ni hao");

    await composer.get("textarea").trigger("keydown", { key: "Enter", ...also });

    expect(composer.emitted("send")).toBeUndefined();
    expect(composer.props("modelValue")).toBe("ni hao");
  });

  it("sends nothing that says nothing", async () => {
    const composer = shown(" \n ");

    await composer.get("textarea").trigger("keydown", { key: "Enter" });

    expect(composer.emitted("send")).toBeUndefined();
  });

  it("has the focus when a turn was stopped, as the button goes away", async () => {
    const composer = shown("", true);
    document.body.append(composer.element);

    await composer.get('[aria-label="Stop"]').trigger("click");

    expect(document.activeElement).toBe(composer.get("textarea").element);
    composer.unmount();
  });

  it("stops a turn while one runs, and only then", async () => {
    expect(shown("").find('[aria-label="Stop"]').exists()).toBe(false);
    const composer = shown("", true);

    await composer.get('[aria-label="Stop"]').trigger("click");

    expect(composer.emitted("stop")).toHaveLength(1);
  });
});
