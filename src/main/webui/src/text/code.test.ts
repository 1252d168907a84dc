import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync("src/text/code.css", "utf8");

function colours(selector: string): Map<string, string> {
  const rule = css.slice(css.indexOf(`${selector} {`)).split("}")[0]!;
  return new Map([...rule.matchAll(/--([\w-]+): (#\w{6});/g)].map(([, name, value]) => [name!, value!]));
}

/** As WCAG defines it. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5]
    .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light! + 0.05) / (dark! + 0.05);
}

describe.each([":root", ".v-theme--dark"])("the colours of code in %s", (selector) => {
  const all = colours(selector);
  const code = [...all.keys()].filter((name) => name.startsWith("code-") && name !== "code-ground");

  it("has them", () => expect(code).toHaveLength(8));

  it.each(code)("%s can be read, in a diff too", (name) => {
    for (const ground of ["code-ground", "diff-added-ground", "diff-removed-ground"]) {
      expect(contrast(all.get(name)!, all.get(ground)!), ground).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each(["diff-added", "diff-removed"])("%s can be read", (name) => {
    expect(contrast(all.get(name)!, all.get(`${name}-ground`)!)).toBeGreaterThanOrEqual(4.5);
  });
});
