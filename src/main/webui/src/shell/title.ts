import { watchEffect } from "vue";
import { useI18n } from "vue-i18n";
import { useRoute } from "vue-router";
import { allThreads, waitingCount } from "../threads/threads";
import { titleOf } from "../threads/words";

const NAME = "Holdpoint";

/** The page's title: how many calls wait for a person, and where the page is. */
export function useTitle(): void {
  const route = useRoute();
  const { t } = useI18n();

  function place(): string | undefined {
    if (route.name === "status") return t("status.title");
    if (route.name !== "thread") return undefined;
    // One that isn't listed may well have a title.
    const thread = allThreads.value.find(({ thread_id }) => thread_id === route.params.id);
    return thread && titleOf(thread);
  }

  watchEffect(() => {
    const count = waitingCount.value > 0 ? `(${waitingCount.value}) ` : "";
    const where = place();
    document.title = count + (where ? `${where} – ${NAME}` : NAME);
  });
}
