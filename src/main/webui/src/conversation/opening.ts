import { computed, watch } from "vue";
import { useDisplay } from "vuetify";
import type { LiveThread } from "../thread/live";
import { usePanel, type Panel } from "./panel";

/** The threads in which the person has opened or closed the panel. */
const chosen = new Set<string>();

/**
 * The panel as the person leaves it. Where it lies beside the conversation it opens by itself too: with the first to-dos
 * that come while the person looks on, unless the person has chosen otherwise in this thread.
 */
export function useOpeningPanel({ id, fold, loaded }: LiveThread) {
  const { mobile } = useDisplay();
  const panel = usePanel();

  watch([loaded, () => fold.todos.length > 0], ([, has], [wasLoaded, had]) => {
    if (!wasLoaded || !has || had || mobile.value || chosen.has(id)) return;
    panel.value ??= "plan";
  });

  return computed<Panel | undefined>({
    get: () => panel.value,
    set(now) {
      chosen.add(id);
      panel.value = now;
    },
  });
}
