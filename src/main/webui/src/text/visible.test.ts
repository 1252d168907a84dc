import { describe, expect, it } from "vitest";
import { hidesInside, hidesSomething, visible, visibleJson, visibleLine, visibleProse } from "./visible";

describe("visible", () => {
  it.each([
    ["a right-to-left override", "rm \u202etxt.exe", "rm ⟨U+202E⟩txt.exe"],
    ["a zero-width space", "ad\u200bmin", "ad⟨U+200B⟩min"],
    ["an escape", "\u001b[31mred", "⟨U+001B⟩[31mred"],
    ["a carriage return", "ls\rrm", "ls⟨U+000D⟩rm"],
    ["a tag character", "x\u{e0041}", "x⟨U+E0041⟩"],
    ["a blank that is none", "a\u3164b", "a⟨U+3164⟩b"],
    ["a private character", "a\ue000b", "a⟨U+E000⟩b"],
    ["half a pair", "a\ud800b", "a⟨U+D800⟩b"],
  ])("writes out %s", (_, text, shown) => {
    expect(visible(text)).toBe(shown);
    expect(hidesSomething(text)).toBe(true);
  });

  it("leaves what can be read as it is", () => {
    const text = "if (a) {\n\treturn 你好; // é 😀\n}";

    expect(visible(text)).toBe(text);
    expect(hidesSomething(text)).toBe(false);
  });

  it("keeps a name on its line", () => {
    expect(visibleLine("a\nb")).toBe("a⟨U+000A⟩b");
  });

  it("makes JSON that means the same", () => {
    const args = { command: "echo \u202e\u200b\u{e0041} 你好\n" };

    const shown = visibleJson(args);

    expect(JSON.parse(shown)).toEqual(args);
    expect(hidesSomething(shown)).toBe(false);
  });

  it.each([
    [{ command: "ls" }, false],
    [{ command: "ls\u200b" }, true],
    [{ list: [1, null, { deep: "a\u001bb" }] }, true],
    [{ "na\u202eme": 1 }, true],
  ])("finds what %j hides", (value, hides) => expect(hidesInside(value)).toBe(hides));
});

describe("visibleProse", () => {
  it("leaves alone what prose and emoji are written with, and nothing else", () => {
    const ordinary = "中文\u3000a\u00a0b ⚠\ufe0f 👩\u200d💻";

    expect(visibleProse(ordinary)).toBe(ordinary);
    expect(visibleProse("a\u200db\ufe0f\u202e\u200b")).toBe("a⟨U+200D⟩b⟨U+FE0F⟩⟨U+202E⟩⟨U+200B⟩");
  });
});
