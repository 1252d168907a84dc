// What markdown-it takes from the package of this name. Browsers know all names of characters, so the page brings no table.
const element = document.createElement("textarea");

/** What a reference like `&copy;` stands for; what stands for nothing stays. */
export function decodeHTML(reference: string): string {
  // Inside this element nothing but references means anything.
  element.innerHTML = reference;
  return element.textContent;
}

/** The same, if the whole name is one: of `&notit;` browsers would take the beginning. */
export function decodeHTMLStrict(reference: string): string {
  const decoded = decodeHTML(reference);
  return decoded.endsWith(";") && reference !== "&semi;" ? reference : decoded;
}
