import type { OutputPart } from "../thread/fold";
import { visible } from "../text/visible";

/** A piece of output in one style. */
export interface Segment {
  text: string;
  classes: string[];
}

interface Style {
  /** One of the sixteen colours of terminals. */
  colour: number | undefined;
  bold: boolean;
  italic: boolean;
  underline: boolean;
}

const PLAIN: Style = { colour: undefined, bold: false, italic: false, underline: false };
// What a terminal is told to do. All but styles is about places on a screen, which a page doesn't have.
const CONTROL_SEQUENCE = /\u001b\[([0-9;:<=>?]*)[ -/]*([@-~])/g;

/**
 * Output as a terminal would colour it: text, never markup. A line that was written over shows what was written last;
 * control characters that say nothing about style are made visible.
 */
export function segments(parts: OutputPart[]): Segment[] {
  const styles = new Map<OutputPart["stream"], Style>();
  return parts.flatMap(({ stream, text }) => {
    const { found, style } = styled(overwritten(text), styles.get(stream) ?? PLAIN);
    styles.set(stream, style);
    return found.map((segment) => ({ ...segment, classes: [`from-${stream}`, ...segment.classes] }));
  });
}

function overwritten(text: string): string {
  if (!text.includes("\r")) return text;
  return text
    .split("\n")
    .map((line) => line.replace(/\r+$/, ""))
    .map((line) => line.slice(line.lastIndexOf("\r") + 1))
    .join("\n");
}

function styled(text: string, before: Style): { found: Segment[]; style: Style } {
  const found: Segment[] = [];
  let style = before;
  let from = 0;
  const add = (piece: string) => piece && found.push({ text: visible(piece), classes: classesOf(style) });
  for (const match of text.matchAll(CONTROL_SEQUENCE)) {
    add(text.slice(from, match.index));
    if (match[2] === "m") style = restyled(style, match[1]!);
    from = match.index + match[0].length;
  }
  add(text.slice(from));
  return { found, style };
}

function restyled(before: Style, parameters: string): Style {
  const style = { ...before };
  const codes = parameters.split(/[;:]/).map(Number);
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at]!;
    if (code === 38 || code === 48) {
      const isPalette = codes[at + 1] === 5;
      if (code === 38) style.colour = isPalette && codes[at + 2]! < 16 ? codes[at + 2] : undefined;
      at += isPalette ? 2 : 4;
    } else Object.assign(style, changeOf(code));
  }
  return style;
}

function changeOf(code: number): Partial<Style> {
  if (code === 0) return PLAIN;
  if (code === 1) return { bold: true };
  if (code === 3) return { italic: true };
  if (code === 4) return { underline: true };
  if (code === 22) return { bold: false };
  if (code === 23) return { italic: false };
  if (code === 24) return { underline: false };
  if (code === 39) return { colour: undefined };
  if (code >= 30 && code <= 37) return { colour: code - 30 };
  if (code >= 90 && code <= 97) return { colour: code - 90 + 8 };
  return {};
}

function classesOf({ colour, bold, italic, underline }: Style): string[] {
  return [
    ...(colour === undefined ? [] : [`ansi-${colour}`]),
    ...(bold ? ["font-weight-bold"] : []),
    ...(italic ? ["font-italic"] : []),
    ...(underline ? ["text-decoration-underline"] : []),
  ];
}
