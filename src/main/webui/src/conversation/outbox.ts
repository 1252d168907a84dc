import { reactive, watch } from "vue";
import { ApiProblem, type Thread } from "../api/client";
import { idempotencyKey } from "../api/idempotency";
import { keptForTab } from "../shell/kept";
import type { LiveThread } from "../thread/live";

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
  mode: Thread["mode"];
  state: OutgoingState;
  problem?: { code: string; message: string };
}

/** Between two tries of a message that the service is still taking in. */
const AGAIN_MILLIS = 1_000;
const QUEUE = "holdpoint.outbox.";

// For each thread one, so that coming back to a thread finds what is on its way.
const boxes = new Map<string, Outgoing[]>();

/** Kept for this tab, over reloads. */
function keep(name: string, value: string): void {
  if (value) keptForTab.set(name, value);
  else keptForTab.remove(name);
}

/** What was being sent when the page went away may have arrived or not: with its key it may be sent again. */
function restored(threadId: string): Outgoing[] {
  const kept = JSON.parse(keptForTab.get(QUEUE + threadId) ?? "[]") as Outgoing[];
  return kept.map((entry) => ({ ...entry, state: entry.state === "sending" ? "due" : entry.state }));
}

function boxOf(threadId: string): Outgoing[] {
  const box = boxes.get(threadId) ?? reactive(restored(threadId));
  boxes.set(threadId, box);
  return box;
}

/** Leaves a message for a thread that will be opened. */
export function leaveFor(threadId: string, text: string, mode: Thread["mode"]): void {
  const box = boxOf(threadId);
  box.push({ key: idempotencyKey(), text, mode, state: "due" });
  keep(QUEUE + threadId, JSON.stringify(box));
}

/** Sends what a person says, one after the other, each in a turn of its own. */
export function useOutbox(thread: LiveThread) {
  const box = boxOf(thread.id);
  const save = () => keep(QUEUE + thread.id, box.length > 0 ? JSON.stringify(box) : "");
  let looking = false;

  function put(entry: Outgoing, state: OutgoingState, problem?: Outgoing["problem"]): void {
    Object.assign(entry, { state, problem });
    save();
  }

  function remove(entry: Outgoing): void {
    const at = box.findIndex(({ key }) => key === entry.key);
    if (at >= 0) box.splice(at, 1);
    save();
  }

  async function sendFirst(): Promise<void> {
    const first = box[0];
    if (!first || looking || thread.isBusy.value) return;
    if (first.state === "due") return deliver(first);
    if (first.state !== "queued" || !thread.loaded.value) return;
    looking = true;
    // What is shown may still be on its way to the present, so the service is asked how things are.
    const status = await thread.status().catch(() => undefined);
    looking = false;
    if (first.state !== "queued" || box[0] !== first) return;
    // To the service a turn that was stopped is over, and no failure.
    if (status === "failed" || thread.fold.status === "failed") put(first, "held");
    else if (status === "idle") await deliver(first);
  }

  async function deliver(entry: Outgoing): Promise<void> {
    put(entry, "sending");
    try {
      await thread.send(entry.text, entry.mode, entry.key);
      remove(entry);
    } catch (failure) {
      if (failure instanceof ApiProblem && failure.code === "run_active") return put(entry, "queued");
      if (failure instanceof ApiProblem && failure.code === "request_in_progress") {
        // Sent before, by a page that went away: the same key finds out what becomes of it.
        setTimeout(() => put(entry, "due"), AGAIN_MILLIS);
        return;
      }
      const { code, message } = failure instanceof ApiProblem ? failure : { code: "unknown", message: String(failure) };
      put(entry, "failed", { code, message });
    }
  }

  const whatMatters = () => [
    thread.fold.status,
    thread.fold.items.length,
    thread.connection.value,
    thread.loaded.value,
    box[0]?.key,
    box[0]?.state,
  ];
  watch(whatMatters, () => void sendFirst(), { immediate: true });

  return {
    entries: box as readonly Outgoing[],

    /** Sends it now, or when its turn comes. */
    add(text: string): void {
      const state = thread.isBusy.value || box.length > 0 ? "queued" : "due";
      box.push({ key: idempotencyKey(), text, mode: thread.fold.mode, state });
      save();
    },

    /** Says that it is to be sent whatever happened before it. */
    release: (entry: Outgoing) => put(entry, "due"),
    remove,
  };
}

export type Outbox = ReturnType<typeof useOutbox>;
