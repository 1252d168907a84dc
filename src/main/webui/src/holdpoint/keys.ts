import { onScopeDispose } from "vue";
import { isCovered, textFieldOf } from "../shell/writing";

/** Keys that come closer together than this are somebody typing, whose text field went away under their hands. */
export const TYPING_MILLIS = 600;

/** Calls what belongs to a key, while nobody writes and nothing lies over the page. */
export function useKeys(actions: Record<string, () => void>): void {
  let typedAt = -Infinity;

  function onKey(event: KeyboardEvent): void {
    const writes = textFieldOf(event) !== null;
    const isText = event.key.length === 1 && event.key !== " ";
    const action = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined;
    const now = performance.now();
    const typing = now - typedAt < TYPING_MILLIS;
    if (writes || (isText && (typing || !action))) typedAt = now;
    if (!action || writes || typing || event.defaultPrevented || event.repeat) return;
    if (event.ctrlKey || event.metaKey || event.altKey || isCovered()) return;
    event.preventDefault();
    action();
  }

  addEventListener("keydown", onKey);
  onScopeDispose(() => removeEventListener("keydown", onKey));
}
