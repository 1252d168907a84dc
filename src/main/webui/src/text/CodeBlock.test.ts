import { flushPromises, mount } from "@vue/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { i18n } from "../shell/i18n";
import { vuetify } from "../test-vuetify";
import CodeBlock from "./CodeBlock.vue";

const HOSTILE = `echo </code><script>alert(1)</script><img src=x onerror="alert(1)">`;

const shown = async (props: { code: string; language?: string }) => {
  const block = mount(CodeBlock, { props, global: { plugins: [vuetify, i18n] } });
  await vi.dynamicImportSettled();
  await flushPromises();
  return block;
};

afterEach(() => vi.unstubAllGlobals());

describe("CodeBlock", () => {
  it.each(["bash", "html", undefined])("shows hostile code as text (%s)", async (language) => {
    const block = await shown({ code: HOSTILE, language });

    expect(block.get("code").text()).toBe(HOSTILE);
    expect(block.find("script, img").exists()).toBe(false);
  });

  it("has colours, and those of the code that it shows now", async () => {
    const block = await shown({ code: "return 1", language: "python" });
    expect(block.find(".hljs-keyword").exists()).toBe(true);

    await block.setProps({ code: "x" });
    await flushPromises();

    expect(block.get("code").text()).toBe("x");
  });

  it("makes visible what is hidden", async () => {
    const block = await shown({ code: "rm \u202etxt", language: "bash" });

    expect(block.get("code").text()).toBe("rm ⟨U+202E⟩txt");
  });

  it("copies the code as it was given, and says so", async () => {
    const writeText = vi.fn().mockResolvedValue(undefined);
    vi.stubGlobal("navigator", Object.assign(Object.create(navigator), { clipboard: { writeText } }));
    const block = await shown({ code: "a\u200bb" });

    await block.get("button").trigger("click");
    await flushPromises();

    expect(writeText).toHaveBeenCalledWith("a\u200bb");
    expect(block.get("[role=status]").text()).toBe("Copied");
  });

  it.each([
    [true, "Copied"],
    [false, "This browser did not let it be copied. Select the text and copy it yourself."],
  ])("copies without a clipboard, or says that it can't (%s)", async (can, words) => {
    let selected: string | undefined;
    document.execCommand = () => {
      selected = (document.activeElement as HTMLTextAreaElement).value;
      return can;
    };
    const block = await shown({ code: "one\ntwo" });
    document.body.append(block.element);

    await block.get("button").trigger("click");
    await flushPromises();

    expect(selected).toBe("one\ntwo");
    expect(block.get("[role=status]").text()).toBe(words);
    expect(block.find("textarea").exists()).toBe(false);
    expect(document.activeElement).toBe(block.get("button").element);
    block.unmount();
  });
});
