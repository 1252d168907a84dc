import { computed, onScopeDispose, reactive, watch } from "vue";
import type { Thread } from "../api/client";
import { idempotencyKey } from "../api/idempotency";
import { keptForTab } from "../shell/kept";
import type { LiveThread } from "../thread/live";
import { drop, useSender } from "./sender";

/**
 * due: to be sent as soon as no turn runs; queued: when the turn that runs has ended well; held: it did not, so a person
 * says when; then sending, and failed.
 */
export type OutgoingState = "due" | "queued" | "held" | "sending" | "failed";

/** A message that the service hasn't acknowledged yet. */
export interface Outgoing {
  /** Its Idempotency-Key: however often it is sent, it is one turn. */
  key: string;
  text: string;
  /** That of the thread, as it is when this is sent, if not given. */
  mode?: Thread["mode"];
  state: OutgoingState;
  problem?: { code: string; message: string };
}

const QUEUE = "holdpoint.outbox";

/** For each thread what waits for it, in the order in which it is sent. */
const boxes = reactive(new Map(restored()));
watch(boxes, () => keptForTab.set(QUEUE, packed()), { deep: true, flush: "sync" });

/** The threads that are open. */
const attended = reactive(new Set<string>());

function packed(): string {
  const full = [...boxes].filter(([, box]) => box.length > 0);
  return full.length > 0 ? JSON.stringify(full) : "";
}

/** What was being sent when the page went away may have arrived or not: with its key it may be sent again. */
function restored(): [string, Outgoing[]][] {
  const kept = JSON.parse(keptForTab.get(QUEUE) ?? "[]") as [string, Outgoing[]][];
  for (const entry of kept.flatMap(([, box]) => box)) if (entry.state === "sending") entry.state = "due";
  return kept;
}

export function boxOf(threadId: string): Outgoing[] {
  if (!boxes.has(threadId)) boxes.set(threadId, []);
  return boxes.get(threadId)!;
}

/** The threads that aren't open and for which something is on its way. */
export const unattended = computed(() =>
  [...boxes]
    .filter(([id, box]) => !attended.has(id) && box[0] && !["held", "failed"].includes(box[0].state))
    .map(([id]) => id),
);

/** Leaves a message for a thread that will be opened. */
export function leaveFor(threadId: string, text: string, mode: Thread["mode"]): void {
  boxOf(threadId).push({ key: idempotencyKey(), text, mode, state: "due" });
}

/** What a person says in a thread that is open. */
export function useOutbox(thread: LiveThread) {
  const box = boxOf(thread.id);
  attended.add(thread.id);
  onScopeDispose(() => attended.delete(thread.id));
  useSender(thread, box);

  return {
    entries: box as readonly Outgoing[],

    /** Sends it now, or when its turn comes. What waits until the person says so keeps nothing up. */
    add(text: string): void {
      const held = box.findIndex(({ state }) => state === "held");
      const at = held < 0 ? box.length : held;
      const state = thread.isBusy.value || at > 0 ? "queued" : "due";
      box.splice(at, 0, { key: idempotencyKey(), text, state });
    },

    /** Says that it is to be sent whatever happened before it. */
    release: (entry: Outgoing) => void Object.assign(entry, { state: "due", problem: undefined }),
    remove: (entry: Outgoing) => drop(box, entry),
  };
}
