import { highlightedLines, MAX_COLOURED_CHARS } from "./highlight";
import { isMarkupOf } from "./markup";

/** A line is its sign and its code; what is no line of a file has no sign. */
export interface DiffLine {
  kind: "added" | "removed" | "same" | "note";
  sign: "+" | "-" | " " | "";
  code: string;
}

const HUNK = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;

/**
 * The lines of a unified diff, and what each is. A hunk says how many lines it has, so a line that merely looks like a
 * header is told apart from one.
 */
export function diffLines(diff: string): DiffLine[] {
  let old = 0;
  let now = 0;
  return diff
    .replace(/\n$/, "")
    .split("\n")
    .map((text) => {
      const hunk = HUNK.exec(text);
      if (hunk) [old, now] = [Number(hunk[1] ?? 1), Number(hunk[2] ?? 1)];
      if (hunk || (old <= 0 && now <= 0) || text.startsWith("\\")) return { kind: "note", sign: "", code: text };
      if (text.startsWith("+")) return (now--, { kind: "added", sign: "+", code: text.slice(1) });
      if (text.startsWith("-")) return (old--, { kind: "removed", sign: "-", code: text.slice(1) });
      old--;
      now--;
      // The service writes its marks in front of the sign.
      if (!text.startsWith(" ")) return { kind: "same", sign: "", code: text };
      return { kind: "same", sign: " ", code: text.slice(1) };
    });
}

/**
 * The code of lines with its colours, as {@link highlightedLines} makes them. In each hunk the old lines are one text and the
 * new ones another, so that what goes over several lines keeps its colour; unchanged lines have those of the new text.
 *
 * @returns without the lines that are to be shown as they are
 */
export async function diffColours(lines: DiffLine[], language: string | undefined): Promise<Map<DiffLine, string>> {
  const coloured = new Map<DiffLine, string>();
  if (lines.reduce((sum, { code }) => sum + code.length, 0) > MAX_COLOURED_CHARS) return coloured;
  for (const hunk of hunksOf(lines)) {
    for (const otherSide of ["added", "removed"]) {
      const side = hunk.filter(({ kind }) => kind !== "note" && kind !== otherSide);
      for (const [line, html] of await sideColours(side, language)) coloured.set(line, html);
    }
  }
  return coloured;
}

async function sideColours(side: DiffLine[], language: string | undefined): Promise<[DiffLine, string][]> {
  const pieces = await highlightedLines(side.map(({ code }) => code).join("\n"), language);
  if (!pieces) return [];
  return side
    .map((line, at): [DiffLine, string] => [line, pieces[at] ?? ""])
    .filter(([{ code }, piece]) => isMarkupOf(piece, code));
}

/** Each header starts a hunk, be it one without lines; a missing line feed is told in the middle of one. */
function hunksOf(lines: DiffLine[]): DiffLine[][] {
  const hunks: DiffLine[][] = [];
  for (const line of lines) {
    if (line.kind === "note" && !line.code.startsWith("\\")) hunks.push([]);
    else hunks.at(-1)?.push(line);
  }
  return hunks;
}
