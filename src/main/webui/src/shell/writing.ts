const TEXT_FIELD = "input, textarea, select, [contenteditable]";
// Whatever has the focus: that may have fallen out of a dialog when a button in it went away.
const DIALOG = ".v-overlay--active:not(.v-snackbar)";
const DRAWER = ".v-navigation-drawer--temporary.v-navigation-drawer--active";

/** The field whose text a key belongs to. */
export function textFieldOf(event: KeyboardEvent): Element | null {
  return event.target instanceof Element ? event.target.closest(TEXT_FIELD) : null;
}

export const isDialogOpen = () => document.querySelector(DIALOG) !== null;

/** Whether something lies over the page. */
export const isCovered = () => isDialogOpen() || document.querySelector(DRAWER) !== null;
