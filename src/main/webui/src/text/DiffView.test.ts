import { mount } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { i18n } from "../shell/i18n";
import DiffView from "./DiffView.vue";

const shown = (diff: string) => mount(DiffView, { props: { diff }, global: { plugins: [i18n] } });

describe("DiffView", () => {
  it("tells lines by sign, colour and meaning", () => {
    const view = shown("--- a\n+++ a\n@@ -1,2 +1,2 @@\n x\n-old\n+new\n");

    expect(view.findAll("ins.diff-added").map((line) => line.text())).toEqual(["+new"]);
    expect(view.findAll("del.diff-removed").map((line) => line.text())).toEqual(["-old"]);
  });

  it("shows hostile lines as text, and what they hide", () => {
    const view = shown(
      "@@ -0,0 +1,2 @@\n+</ins><script>alert(1)</script><img src=x onerror=alert(1)>\n+a\u202eb\u200b",
    );

    expect(view.find("script, img").exists()).toBe(false);
    expect(view.text()).toContain("+</ins><script>alert(1)</script><img src=x onerror=alert(1)>");
    expect(view.text()).toContain("+a⟨U+202E⟩b⟨U+200B⟩");
  });
});
