// What can't be seen, or changes how its neighbours are read: control characters (tab and line feed aside), format
// characters (bidirectional marks, zero-width ones, tags), lone surrogates, what has no agreed looks (private and
// unassigned characters), what is drawn as nothing (fillers, variation selectors), and separators other than the space.
const HIDDEN = /(?! )[\p{C}\p{Default_Ignorable_Code_Point}\p{Z}\u2800]/gu;

const named = (char: string) => `⟨U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}⟩`;

/** The text with each hidden character written out as ⟨U+XXXX⟩; tabs and line feeds stay. For reading, not for running. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (char) => (char === "\n" || char === "\t" ? char : named(char)));
}

// Blanks of which a page shows one or none.
const SWALLOWED = /^ +| {2,}| +$/g;

/** As {@link visible}, for what must stay on one line, such as a name or a title: blanks that would not be seen there are ␠. */
export function visibleLine(text: string): string {
  return text.replace(HIDDEN, named).replace(SWALLOWED, (blanks) => "␠".repeat(blanks.length));
}

// Spaces of ordinary typography, and what joins or colours the parts of one emoji.
const ORDINARY = /^[\u00a0\u2002\u2003\u2009\u202f\u3000]$/;
const EMOJI = /\p{Emoji_Presentation}|\p{Extended_Pictographic}/u;

/** As {@link visible}, but without spelling out what prose and emoji are written with. For reading, not for deciding. */
export function visibleProse(text: string): string {
  return text.replace(HIDDEN, (char, at: number) => {
    if (char === "\n" || char === "\t" || ORDINARY.test(char)) return char;
    const isPartOfEmoji = (char === "\ufe0f" || char === "\u200d") && EMOJI.test(text.slice(Math.max(0, at - 3), at));
    return isPartOfEmoji ? char : named(char);
  });
}

/** Whether anything in the text can't be seen. */
export function hidesSomething(text: string): boolean {
  return visible(text) !== text;
}

/** The same JSON with each hidden character as a \u escape: it can be read, edited and parsed back to the same value. */
export function visibleJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(HIDDEN, (char) =>
    char === "\n"
      ? char
      : char
          .split("")
          .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
          .join(""),
  );
}

/** Whether any text in a JSON value, a name of a property included, hides something. */
export function hidesInside(value: unknown): boolean {
  if (typeof value === "string") return hidesSomething(value);
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([name, inner]) => hidesSomething(name) || hidesInside(inner));
}
