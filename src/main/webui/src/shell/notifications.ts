import { computed, ref, watch, type Ref } from "vue";
import type { Thread } from "../api/client";
import { stateOf, titleOf } from "../threads/words";
import { kept } from "./kept";
import { isSeen, tellWhetherSeen } from "./looking";

const KEPT = "holdpoint.notifications";

/** unsupported: this browser has none, or not for pages that come over an open network. */
export type Permission = NotificationPermission | "unsupported";

const supported = "Notification" in window && window.isSecureContext;
const wanted = ref(kept.get(KEPT) === "on");

export const permission = ref<Permission>(supported ? Notification.permission : "unsupported");

/** Whether a person is told of threads that begin to wait while nobody looks at the page. */
export const notifying = computed(() => wanted.value && permission.value === "granted");

/** The browser asks the person when this is first turned on. */
export async function setNotifying(on: boolean): Promise<void> {
  if (on && supported) permission.value = await Notification.requestPermission();
  wanted.value = on && permission.value === "granted";
  kept.set(KEPT, wanted.value ? "on" : "off");
}

/** Nothing where the browser has them in name only: Chrome on Android throws. */
function notificationOf(thread: Thread): Notification | undefined {
  try {
    // Of the same tag, each tab's replaces the one of the tab before.
    return new Notification(titleOf(thread), { body: stateOf(thread), tag: `holdpoint.${thread.thread_id}` });
  } catch {
    permission.value = "unsupported";
    return undefined;
  }
}

/** Tells of each thread that begins to wait, once for all tabs, until the scope ends. */
export function notifyOfWaiting(threads: Readonly<Ref<Thread[]>>, open: (threadId: string) => void): void {
  const told = new Map<string, Notification>();
  let known: Set<string> | undefined;
  tellWhetherSeen();

  watch(threads, (now) => {
    const before = known;
    known = new Set(now.flatMap(({ interrupts }) => interrupts.map(({ id }) => id)));
    for (const thread of now) {
      if (thread.interrupts.length === 0) forget(thread.thread_id);
      else if (before && notifying.value && thread.interrupts.some(({ id }) => !before.has(id))) void tell(thread);
    }
  });

  function forget(id: string): void {
    told.get(id)?.close();
    told.delete(id);
  }

  async function tell(thread: Thread): Promise<void> {
    if (await isSeen()) return;
    const id = thread.thread_id;
    forget(id);
    const notification = notificationOf(thread);
    if (!notification) return;
    told.set(id, notification);
    notification.onclick = () => {
      window.focus();
      open(id);
      forget(id);
    };
  }
}
