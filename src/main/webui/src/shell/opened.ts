import { computed } from "vue";
import { useRoute, useRouter } from "vue-router";

/**
 * What is open on a page, as a part of its address, so that a reload keeps it.
 *
 * What covers the page gets an entry of the history when it is opened: then Back closes it, and closing it goes back, so that
 * nothing is left over.
 */
export function useOpened(name: string, covers: () => boolean = () => true) {
  const route = useRoute();
  const router = useRouter();
  let isGoingBack = false;

  const addressWith = (value: string | undefined) => ({ query: { ...route.query, [name]: value } });

  function close(): void {
    const without = addressWith(undefined);
    if (router.options.history.state.back === router.resolve(without).fullPath) goBack();
    else void router.replace(without);
  }

  /** Once: who clicks twice would leave the page. */
  function goBack(): void {
    if (isGoingBack) return;
    isGoingBack = true;
    const stop = router.afterEach(() => {
      isGoingBack = false;
      stop();
    });
    router.back();
  }

  const opened = computed<string | undefined>({
    get: () => [route.query[name]].flat().find((value) => value !== null),
    set: (value) => {
      if (value === opened.value) return;
      if (value === undefined) close();
      else if (opened.value === undefined && covers()) void router.push(addressWith(value));
      else void router.replace(addressWith(value));
    },
  });
  return opened;
}
