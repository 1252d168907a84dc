/** Copies a text; has to be begun by a person's click on an element. @returns whether it could be done */
export async function copyText(text: string, clicked: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Browsers have no clipboard for pages that come over plain HTTP from elsewhere.
    return copySelected(text, clicked);
  }
}

/** The field lies beside what was clicked: in a dialog the focus can't be elsewhere. */
function copySelected(text: string, clicked: HTMLElement): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  field.className = "d-sr-only";
  clicked.after(field);
  field.focus({ preventScroll: true });
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  clicked.focus({ preventScroll: true });
  return done;
}
