import { onScopeDispose, shallowRef, watch, type ShallowRef } from "vue";

/** Follows a value, but not more often than every so many milliseconds; its last state always arrives. */
export function throttled<T>(source: () => T, pauseMillis: () => number): Readonly<ShallowRef<T>> {
  const followed = shallowRef(source());
  let timer: ReturnType<typeof setTimeout> | undefined;
  let updatedAt = -Infinity;

  function update(): void {
    timer = undefined;
    updatedAt = performance.now();
    followed.value = source();
  }

  watch(source, () => {
    if (timer !== undefined) return;
    const wait = updatedAt + pauseMillis() - performance.now();
    if (wait <= 0) update();
    else timer = setTimeout(update, wait);
  });
  onScopeDispose(() => clearTimeout(timer));
  return followed;
}
