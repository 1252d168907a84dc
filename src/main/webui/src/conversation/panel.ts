import { computed } from "vue";
import { useRoute, useRouter } from "vue-router";

export const PANELS = ["plan", "workspace"] as const;
export type Panel = (typeof PANELS)[number];

/** What is open beside the conversation; it is part of the page's address, so that a reload keeps it. */
export function usePanel() {
  const route = useRoute();
  const router = useRouter();
  return computed<Panel | undefined>({
    get: () => PANELS.find((panel) => panel === route.query.panel),
    set: (panel) => void router.replace({ query: { ...route.query, panel } }),
  });
}
