import { onScopeDispose, readonly, ref } from "vue";

/**
 * How long a card must have stood still before its approval counts. A click or a key that was meant for what was there
 * before comes sooner.
 */
export const SETTLE_MILLIS = 600;

/**
 * Says whether what a person sees has been there, unmoved, for long enough to be meant. What comes sooner begins that time
 * anew: somebody clicks on and on.
 */
export function useGuard() {
  const settled = ref(false);
  let timer = 0;

  function restart(): void {
    settled.value = false;
    clearTimeout(timer);
    timer = window.setTimeout(() => (settled.value = true), SETTLE_MILLIS);
  }

  // Nobody looked while the page was in the background.
  document.addEventListener("visibilitychange", restart);
  onScopeDispose(() => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", restart);
  });
  restart();
  return { settled: readonly(settled), restart };
}
