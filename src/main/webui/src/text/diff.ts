export interface DiffLine {
  kind: "added" | "removed" | "same" | "note";
  text: string;
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
      if (hunk || (old <= 0 && now <= 0) || text.startsWith("\\")) return { kind: "note", text };
      if (text.startsWith("+")) return (now--, { kind: "added", text });
      if (text.startsWith("-")) return (old--, { kind: "removed", text });
      old--;
      now--;
      return { kind: "same", text };
    });
}
