import { shallowRef, watchEffect, type ShallowRef } from "vue";

/** Colours that are found later, and found anew when what they are of changes; until then, and if it fails, there are none. */
export function useColoured<T>(find: () => Promise<T | undefined>): Readonly<ShallowRef<T | undefined>> {
  const coloured = shallowRef<T>();
  watchEffect(async (onCleanup) => {
    let current = true;
    onCleanup(() => (current = false));
    coloured.value = undefined;
    const found = await find().catch(() => undefined);
    if (current) coloured.value = found;
  });
  return coloured;
}
