import { describe, expect, it } from "vitest";
import { hidesInside, hidesSomething, visible, visibleJson, visibleLine, visibleProse } from "./visible";

describe("visibleLine", () => {
  it.each([
    ["at its ends", " a b  ", "␠a b␠␠"],
    ["beside one another", "a  b   c", "a␠␠b␠␠␠c"],
  ])("writes out blanks %s", (_, text, shown) => {
    expect(visibleLine(text)).toBe(shown);
  });
});

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

  it("writes out every character that is drawn as nothing, and each that it ever did", () => {
    const before =
      /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5\u180b-\u180d\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u;
    const all = Array.from({ length: 0x110000 }, (_, code) => String.fromCodePoint(code));
    const wanted = all.filter((char) => before.test(char) || /\p{Default_Ignorable_Code_Point}/u.test(char));

    expect(wanted.filter((char) => visibleLine(char) === char)).toEqual([]);
    expect(visible("\u180f")).toBe("⟨U+180F⟩");
    expect(visible(" ")).toBe(" ");
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
