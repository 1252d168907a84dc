import type { Token } from "markdown-it";
import { h, type VNodeChild } from "vue";
import CodeBlock from "../text/CodeBlock.vue";
import { visible, visibleProse } from "../text/visible";
import MarkdownImage from "./MarkdownImage.vue";
import MarkdownLink from "./MarkdownLink.vue";

// The elements that a text can make. Attributes are none but those that are set here.
const ELEMENTS = new Set(
  "p h1 h2 h3 h4 h5 h6 blockquote ul ol li table thead tbody tr th td em strong s hr br".split(" "),
);
const ALIGNED = /text-align:(left|center|right)/;

/** Elements in elements; what is nested deeper is shown, without a look of its own. */
const MAX_DEPTH = 100;

interface Open {
  token: Token | undefined;
  inside: VNodeChild[];
}

/**
 * A text's tokens as elements. No markup is ever made of them, so there is none to get wrong: what a text says is set as
 * text, and code, links and images are components.
 */
export function drawn(tokens: Token[], complete: boolean, depth = 0): VNodeChild[] {
  const open: Open[] = [{ token: undefined, inside: [] }];
  for (const token of tokens) {
    if (token.nesting > 0) open.push({ token, inside: [] });
    else if (token.nesting < 0) {
      const { token: opening, inside } = open.pop()!;
      const isTooDeep = depth + open.length > MAX_DEPTH;
      append(open, isTooDeep ? inside : element(opening!, inside));
    } else append(open, leaf(token, complete, depth + open.length));
  }
  return open[0]!.inside;
}

function append(open: Open[], nodes: VNodeChild[]): void {
  for (const node of nodes) open.at(-1)!.inside.push(node);
}

function element(token: Token, inside: VNodeChild[]): VNodeChild[] {
  // Paragraphs of a list whose items stand close.
  if (token.hidden) return inside;
  if (token.tag === "a") {
    const address = token.attrGet("href") ?? "";
    return [h(MarkdownLink, { address, text: token.meta?.text ?? "" }, () => inside)];
  }
  if (!ELEMENTS.has(token.tag)) return inside;
  const made = h(token.tag, attributes(token), inside);
  return token.tag === "table" ? [h("div", { class: "overflow-x-auto", tabindex: 0 }, [made])] : [made];
}

function attributes(token: Token): Record<string, string> {
  const align = ALIGNED.exec(token.attrGet("style") ?? "")?.[1];
  const start = Number(token.attrGet("start") ?? 1);
  const looks = align ? `text-${align}` : token.meta?.isTask ? "task" : undefined;
  return { ...(looks ? { class: looks } : {}), ...(start === 1 ? {} : { start: String(start) }) };
}

function leaf(token: Token, complete: boolean, depth: number): VNodeChild[] {
  switch (token.type) {
    case "inline":
      return drawn(withLinkTexts(token.children ?? []), complete, depth);
    case "fence":
    case "code_block":
      // Colours come once: a fence that is still written would be coloured anew with each word.
      return [
        h(CodeBlock, { code: token.content.replace(/\n$/, ""), language: complete ? languageOf(token) : undefined }),
      ];
    case "code_inline":
      return [h("code", { class: "mono" }, visible(token.content))];
    case "image":
      return [h(MarkdownImage, { address: token.attrGet("src") ?? "", description: token.content })];
    case "softbreak":
      return ["\n"];
    case "hardbreak":
    case "hr":
      return [h(token.tag)];
    default:
      return [visibleProse(token.content)];
  }
}

const languageOf = (token: Token) => token.info.trim().split(/\s/)[0] || undefined;

/** Each link learns what its text reads, to be compared with its address. */
function withLinkTexts(tokens: Token[]): Token[] {
  tokens.forEach((token, at) => {
    if (token.type !== "link_open") return;
    const end = tokens.findIndex((other, later) => later > at && other.type === "link_close");
    const text = tokens.slice(at + 1, end).map(({ content }) => content);
    token.meta = { text: text.join("").trim() };
  });
  return tokens;
}
