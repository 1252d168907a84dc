import { describe, expect, it } from "vitest";
import { isMarkupOf, markupLines } from "./markup";

describe("markupLines", () => {
  it.each([
    ["one line", "a", ["a"]],
    ["nothing", "", [""]],
    ["empty lines", "\n\na\n", ["", "", "a", ""]],
    ["a span on one line", '<span class="x">a</span>\nb', ['<span class="x">a</span>', "b"]],
    ["a span over lines", '<span class="x">a\nb</span>c', ['<span class="x">a</span>', '<span class="x">b</span>c']],
    [
      "spans in spans",
      '<span class="x">a<span class="y z_">b\nc</span>d\ne</span>f\ng',
      [
        '<span class="x">a<span class="y z_">b</span></span>',
        '<span class="x"><span class="y z_">c</span>d</span>',
        '<span class="x">e</span>f',
        "g",
      ],
    ],
    [
      "an empty line in a span",
      '<span class="x">a\n\nb</span>',
      ['<span class="x">a</span>', '<span class="x"></span>', '<span class="x">b</span>'],
    ],
    [
      "what looks like a span",
      "&lt;span class=&quot;x&quot;&gt;\n&amp;lt;",
      ["&lt;span class=&quot;x&quot;&gt;", "&amp;lt;"],
    ],
    [
      "line ends of Windows",
      '<span class="x">a\r\nb</span>\r\n',
      ['<span class="x">a\r</span>', '<span class="x">b</span>\r', ""],
    ],
  ])("cuts %s", (_, html, lines) => expect(markupLines(html)).toEqual(lines));
});

describe("isMarkupOf", () => {
  it("takes spans for no part of the text", () => {
    expect(isMarkupOf(`<span class="hljs-x y_">a</span>&lt;b&gt; &amp;amp; &quot;&#x27;\r`, `a<b> &amp; "'\r`)).toBe(
      true,
    );
  });

  it.each([
    ["another text", "a", "b"],
    ["less", "", "a"],
    ["more", "ab", "a"],
    ["another element", "<b>a</b>", "a"],
    ["a span with more than a class", '<span class="x" onclick="y">a</span>', "a"],
    ["what isn't escaped", "a & b", "a & b"],
  ])("refuses %s", (_, html, text) => expect(isMarkupOf(html, text)).toBe(false));
});
