import { readFileSync } from "node:fs";
import { mount } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { i18n } from "../shell/i18n";
import { HUES, terminalRuns } from "./terminal";
import TerminalText from "./TerminalText.vue";

const plain = (text: string) =>
  terminalRuns(text)
    .map((run) => run.text)
    .join("");

describe("terminalRuns", () => {
  it.each([
    [
      "a colour",
      "a \u001b[31mred\u001b[0m b",
      [
        ["a ", ""],
        ["red", "tt-red"],
        [" b", ""],
      ],
    ],
    ["a bright one", "\u001b[90mx", [["x", "tt-grey"]]],
    [
      "one of 256",
      "\u001b[38;5;196mx\u001b[39my",
      [
        ["x", "tt-red"],
        ["y", ""],
      ],
    ],
    ["a shade of grey", "\u001b[38;5;244mx", [["x", "tt-grey"]]],
    ["one by its parts", "\u001b[38;2;10;200;30;1mx", [["x", "tt-green tt-bold"]]],
    [
      "a ground, and what ends it",
      "\u001b[44mx\u001b[49my",
      [
        ["x", "tt-on-blue"],
        ["y", ""],
      ],
    ],
    ["a colour over lines", "\u001b[32ma\nb", [["a\nb", "tt-green"]]],
  ])("knows %s", (_, text, runs) => {
    expect(terminalRuns(text).map((run) => [run.text, run.look])).toEqual(runs);
  });

  it.each([
    ["a progress bar", "10%\r55%\r100%\ndone", "100%\ndone"],
    ["a cursor that goes back", "abc\u001b[2Dxy", "axy"],
    ["a cursor that goes on", "A\u001b[3CB\u001b[CD", "A   B D"],
    ["no further than there is room", `a\u001b[9999999Db\u001b[9999999Cc`, `b${" ".repeat(499)}c`],
    ["a choice of characters", "\u001b(Ba\u001b)0b", "ab"],
    ["a shorter line over a longer one", "abcdef\rxy", "xycdef"],
    ["the rest of a line wiped", "abcdef\rxy\u001b[K", "xy"],
    ["a line wiped", "abc\u001b[2K\rx", "x  "],
    ["Windows line ends", "a\r\nb\r\n", "a\nb\n"],
    ["backspaces", "passw\b\b\b\b\bword", "word" + "w"],
    ["a column", "abc\u001b[1Gx", "xbc"],
    ["a column far away", "abc\u001b[99999999Gx", "abcx"],
    ["a hidden cursor", "\u001b[?25la", "a"],
  ])("shows the last state of %s", (_, text, shown) => {
    expect(plain(text)).toBe(shown);
  });

  it("hides nothing that was printed", () => {
    expect(plain("a\u001b[8msecret\u0007 \u001b]0;title\u0007 \u202eb \u001b")).toBe(
      "asecret⟨U+0007⟩ ⟨U+001B⟩]0;title⟨U+0007⟩ ⟨U+202E⟩b ⟨U+001B⟩",
    );
    expect(plain("cut \u001b[")).toBe("cut ⟨U+001B⟩[");
  });
});

describe("TerminalText", () => {
  it("shows markup as text", () => {
    const hostile = "<img src=x onerror=alert(1)>\u001b[31m<b>x</b>";

    const wrapper = mount(TerminalText, { props: { text: hostile }, global: { plugins: [i18n] } });

    expect(wrapper.element.textContent).toBe("<img src=x onerror=alert(1)><b>x</b>");
    expect(wrapper.findAll("img, b")).toHaveLength(0);
    expect(wrapper.get(".tt-red").text()).toBe("<b>x</b>");
  });

  it("has colours that can be read on each ground, in light and dark", () => {
    const css = readFileSync("src/text/terminal.css", "utf8");
    const pairs = new Map(
      [...css.matchAll(/--tt-([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name, ...both]) => [name!, both]),
    );
    for (const theme of [0, 1]) {
      for (const text of ["plain", ...HUES]) {
        for (const ground of ["on-plain", ...HUES.map((hue) => `on-${hue}`)]) {
          const ratio = contrast(pairs.get(text)![theme]!, pairs.get(ground)![theme]!);
          expect(ratio, `${text} ${ground} ${theme ? "dark" : "light"}`).toBeGreaterThanOrEqual(4.5);
        }
      }
    }
  });
});

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
