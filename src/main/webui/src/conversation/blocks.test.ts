import { describe, expect, it } from "vitest";
import { BlockReader, type Block } from "./blocks";

const TEXT = `# Title

Some *words*
that go on.

- one

  - inner
- two

1. first

2. second

| a | b |
|---|---|
| 1 | 2 |

\`\`\`js
const a = 1;

const b = 2;
\`\`\`

> quoted

The end.
`;

const shape = (blocks: Block[]) =>
  blocks.map(({ tokens }) => tokens.map((token) => [token.type, token.tag, token.content]));

describe("BlockReader", () => {
  it("reads a text that grows by single characters as it reads it whole", () => {
    const reader = new BlockReader();
    for (let end = 1; end < TEXT.length; end++) reader.read(TEXT.slice(0, end), false);

    expect(shape(reader.read(TEXT, false))).toEqual(shape(new BlockReader().read(TEXT, true)));
  });

  it("reads a block that is complete only once", () => {
    const reader = new BlockReader();
    const [before] = reader.read("one\n\ntwo\n\nthr", false);

    const [after, , last] = reader.read("one\n\ntwo\n\nthree\n\nfour", false);

    expect(before!.complete).toBe(true);
    expect(after).toBe(before);
    expect(last!.tokens[1]!.content).toBe("three");
  });

  it("begins anew when the text does", () => {
    const reader = new BlockReader();
    reader.read("one\n\ntwo\n\nthree\n", false);

    expect(shape(reader.read("other", false))).toEqual(shape(new BlockReader().read("other", true)));
  });

  it("knows a link's address that comes after its use, once the text is whole", () => {
    const text = "[it][x]\n\nmore\n\n[x]: https://example.com\n";

    const [first] = new BlockReader().read(text, true);

    expect(first!.tokens[1]!.children!.map(({ type }) => type)).toContain("link_open");
  });

  it("reads 100 kB in pieces in time that doesn't grow with what is read already", () => {
    const reader = new BlockReader();
    const paragraph = "Some **words** that go on. ".repeat(10) + "\n\n";
    let text = "";
    const seen = new Set<unknown>();
    for (let part = 0; part < 400; part++) {
      text += paragraph;
      for (const block of reader.read(text, false)) seen.add(block);
    }

    // Each paragraph is an object while it is the last one, and another when it is complete.
    expect(seen.size).toBeLessThanOrEqual(2 * 400);
  });
});
