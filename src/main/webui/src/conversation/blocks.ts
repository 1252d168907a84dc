import MarkdownIt, { type Token } from "markdown-it";

const parser = new MarkdownIt({ html: false, linkify: true });
// Only what is written as an address: "readme.md" is a file here, and no host.
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
// Nothing is refused here, so that nothing is left out: whoever draws a link looks at its address.
parser.validateLink = () => true;
parser.core.ruler.push("tasks", ({ tokens }) => tokens.forEach(checkTask));

const TASK = /^\[([ xX])\](?=\s|$)/;

/** An item of a list that begins with "[ ]" or "[x]" begins with a box. */
function checkTask(_: Token, at: number, tokens: Token[]): void {
  const [item, paragraph, inline] = tokens.slice(at, at + 3);
  if (item?.type !== "list_item_open" || paragraph?.type !== "paragraph_open") return;
  const first = inline?.children?.[0];
  const box = first?.type === "text" ? TASK.exec(first.content) : null;
  if (!box) return;
  first!.content = (box[1] === " " ? "☐" : "☑") + first!.content.slice(box[0].length);
  item.meta = { isTask: true };
}

/** A top-level piece of a text: a paragraph, a list, a table, a fence. */
export interface Block {
  tokens: Token[];
  /** Whether it is as it will stay. */
  complete: boolean;
}

/** Reads a text that grows, each of its blocks once: all but the last ones stay the objects that they were. */
export class BlockReader {
  private settled: Block[] = [];
  private settledText = "";
  private definitions = {};

  /** @param done whether the text is whole; only then are links known that are defined after their use */
  read(given: string, done: boolean): Block[] {
    const text = given.replace(/\r\n?/g, "\n");
    if (done) return blocksOf(parser.parse(text, {}), true);
    if (!text.startsWith(this.settledText)) this.forget();
    const tail = text.slice(this.settledText.length);
    const blocks = blocksOf(parser.parse(tail, this.definitions), false);
    const growing = firstGrowing(blocks, lineStarts(tail));
    this.settle(blocks.slice(0, growing.index), tail.slice(0, growing.offset));
    return [...this.settled, ...blocks.slice(growing.index)];
  }

  private settle(blocks: Block[], source: string): void {
    for (const { tokens } of blocks) this.settled.push({ tokens, complete: true });
    this.settledText += source;
  }

  private forget(): void {
    this.settled = [];
    this.settledText = "";
    this.definitions = {};
  }
}

function blocksOf(tokens: Token[], complete: boolean): Block[] {
  const blocks: Block[] = [];
  let first = 0;
  tokens.forEach((token, at) => {
    if (token.level > 0 || token.nesting > 0) return;
    blocks.push({ tokens: tokens.slice(first, at + 1), complete });
    first = at + 1;
  });
  return blocks;
}

/** Where each complete line of a text begins, and where the one after them does. */
function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** The last block whose first line is complete: nothing that follows can reach into the blocks before it. */
function firstGrowing(blocks: Block[], starts: number[]): { index: number; offset: number } {
  const lineOf = (block: Block) => block.tokens[0]!.map![0];
  const index = Math.max(
    0,
    blocks.findLastIndex((block) => lineOf(block) < starts.length - 1),
  );
  return { index, offset: blocks.length === 0 ? 0 : starts[index === 0 ? 0 : lineOf(blocks[index]!)]! };
}
