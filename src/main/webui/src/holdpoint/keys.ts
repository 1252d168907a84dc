import { onScopeDispose } from "vue";

/** Keys that come closer together than this are somebody typing, whose text field went away under their hands. */
export const TYPING_MILLIS = 600;

const TEXT_FIELD = "input, textarea, select, [contenteditable]";
// Whatever has the focus: that may have fallen out of a dialog when a button in it went away.
const COVER = [
  ".v-overlay--active:not(.v-tooltip, .v-snackbar)",
  ".v-navigation-drawer--temporary.v-navigation-drawer--active",
].join();

/** Calls what belongs to a key, while nobody writes and nothing lies over the page. */
export function useKeys(actions: Record<string, () => void>): void {
  let typedAt = -Infinity;

  function onKey(event: KeyboardEvent): void {
    const place = event.target instanceof Element ? event.target : document.body;
    const writes = place.closest(TEXT_FIELD) !== null;
    const isText = event.key.length === 1 && event.key !== " ";
    const action = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined;
    const now = performance.now();
    const typing = now - typedAt < TYPING_MILLIS;
    if (writes || (isText && (typing || !action))) typedAt = now;
    if (!action || writes || typing || event.defaultPrevented || event.repeat) return;
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector(COVER)) return;
    event.preventDefault();
    action();
  }

  addEventListener("keydown", onKey);
  onScopeDispose(() => removeEventListener("keydown", onKey));
}
