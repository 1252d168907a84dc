import { computed, ref, type WritableComputedRef } from "vue";
import { keptForTab } from "./kept";

const KEPT = "holdpoint.draft.";

/** What a person is writing, in a thread or (without one) to begin one: kept for this tab, over reloads. */
export function useDraft(threadId = ""): WritableComputedRef<string> {
  const draft = ref(keptForTab.get(KEPT + threadId) ?? "");
  // No watcher: a message may be on its way for longer than the place where it was written lasts.
  return computed({
    get: () => draft.value,
    set(text) {
      draft.value = text;
      if (text) keptForTab.set(KEPT + threadId, text);
      else keptForTab.remove(KEPT + threadId);
    },
  });
}
