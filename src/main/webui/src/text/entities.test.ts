import { describe, expect, it } from "vitest";
import { decodeHTML, decodeHTMLStrict } from "./entities";

describe("entities", () => {
  it.each([
    ["&copy;", "©"],
    ["&amp;", "&"],
    ["&lt;", "<"],
    ["&AMP;", "&"],
    ["&Eacute;", "É"],
    ["&eacute;", "é"],
    ["&nbsp;", "\u00a0"],
    ["&NewLine;", "\n"],
    ["&ZeroWidthSpace;", "\u200b"],
    ["&Afr;", "𝔄"],
    ["&ngE;", "≧̸"],
    ["&semi;", ";"],
  ])("knows %s", (reference, character) => {
    expect(decodeHTML(reference)).toBe(character);
    expect(decodeHTMLStrict(reference)).toBe(character);
  });

  it.each(["&bogus;", "&constructor;", "&EACUTE;", "&x;", "&#zz;"])("leaves %s as it is", (reference) => {
    expect(decodeHTML(reference)).toBe(reference);
    expect(decodeHTMLStrict(reference)).toBe(reference);
  });

  it("takes no beginning for the whole", () => {
    expect(decodeHTMLStrict("&notit;")).toBe("&notit;");
    expect(decodeHTMLStrict("&copyx;")).toBe("&copyx;");
  });
});
