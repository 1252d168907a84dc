// What highlight.js makes: spans with a class, and text that it escaped.
const CLOSE = "</span>";
const TAG = /<span class="[\w -]+">|<\/span>/g;
const ESCAPED: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };

/** Each line of it by itself: a span that goes over the end of a line is closed there and opened again. */
export function markupLines(html: string): string[] {
  const open: string[] = [];
  return html.split("\n").map((line) => {
    const reopened = open.join("");
    for (const [tag] of line.matchAll(TAG)) {
      if (tag === CLOSE) open.pop();
      else open.push(tag);
    }
    return reopened + line + CLOSE.repeat(open.length);
  });
}

/** Whether it shows exactly this text, with nothing around it but such spans. */
export function isMarkupOf(html: string, text: string): boolean {
  return html.replace(TAG, "") === text.replace(/[&<>"']/g, (char) => ESCAPED[char]!);
}
