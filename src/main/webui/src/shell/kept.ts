import { computed, ref, type WritableComputedRef } from "vue";

/** Values in a store of the browser. Where that is blocked or full, they last as long as the page. */
function keeper(store: () => Storage) {
  const here = new Map<string, string>();

  function remove(name: string): void {
    here.delete(name);
    try {
      store().removeItem(name);
    } catch {
      // Nothing is in a store that is blocked.
    }
  }

  return {
    get(name: string): string | undefined {
      try {
        return here.get(name) ?? store().getItem(name) ?? undefined;
      } catch {
        return undefined;
      }
    },
    /** An empty value is none. */
    set(name: string, value: string): void {
      remove(name);
      if (!value) return;
      try {
        store().setItem(name, value);
      } catch {
        here.set(name, value);
      }
    },
    remove,
  };
}

/** For this browser. */
export const kept = keeper(() => localStorage);

/** For this tab only, and gone with it. */
export const keptForTab = keeper(() => sessionStorage);

/** A text that somebody is writing, kept for this tab. */
export function useDraft(name: string): WritableComputedRef<string> {
  const draft = ref(keptForTab.get(name) ?? "");
  // No watcher: what was written may be on its way for longer than the place where that was done lasts.
  return computed({
    get: () => draft.value,
    set(text) {
      draft.value = text;
      keptForTab.set(name, text);
    },
  });
}
