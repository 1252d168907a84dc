import { computed } from "vue";
import { useDisplay } from "vuetify";
import { useOpened } from "../shell/opened";

export const PANELS = ["plan", "workspace"] as const;
export type Panel = (typeof PANELS)[number];

/** What is open beside the conversation, or over it where there is no room beside it. */
export function usePanel() {
  const { mobile } = useDisplay();
  const opened = useOpened("panel", () => mobile.value);
  return computed<Panel | undefined>({
    get: () => PANELS.find((panel) => panel === opened.value),
    set: (panel) => (opened.value = panel),
  });
}
