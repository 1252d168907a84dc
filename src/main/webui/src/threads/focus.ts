import { nextTick } from "vue";

/** Of the button in a thread's row, from where it is renamed and deleted. */
export const actionsId = (threadId: string) => `actions-${threadId}`;

/** Puts the keyboard on a thread's row; there or not, it is in the list afterwards. */
export async function focusRow(threadId: string | undefined): Promise<void> {
  await nextTick();
  const row = threadId && document.getElementById(actionsId(threadId));
  (row || document.getElementById("new-thread"))?.focus();
}
