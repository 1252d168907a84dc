import { nextTick, onScopeDispose, watch } from "vue";

/** Whether what had the focus is gone with the next change of the page. */
export async function losesFocus(): Promise<boolean> {
  await nextTick();
  return document.activeElement === document.body;
}

/** Puts the focus there if what had it is gone with the next change of the page. */
export async function focusIfLost(place: () => HTMLElement | null | undefined): Promise<void> {
  if (await losesFocus()) place()?.focus();
}

/** Gives the focus back, when what took it closes, to where it was in the page; if that is gone, to another place. */
export function useFocusReturn(isOpen: () => boolean, otherwise: () => HTMLElement | null | undefined): void {
  let last: HTMLElement | undefined;

  function note({ target }: FocusEvent): void {
    if (target instanceof HTMLElement && !target.closest(".v-overlay-container")) last = target;
  }

  document.addEventListener("focusin", note);
  onScopeDispose(() => document.removeEventListener("focusin", note));
  watch(isOpen, async (open) => {
    if (open) return;
    await nextTick();
    (last?.isConnected ? last : otherwise())?.focus();
  });
}
