import { onScopeDispose, watch } from "vue";
import { ApiProblem } from "../api/client";
import type { LiveThread } from "../thread/live";
import type { Outgoing, OutgoingState } from "./outbox";

/** Between two looks at a turn that should be over, and two tries of a message that the service is still taking in. */
const AGAIN_MILLIS = 1_000;

export function drop(box: Outgoing[], entry: Outgoing): void {
  const at = box.indexOf(entry);
  if (at >= 0) box.splice(at, 1);
}

function put(entry: Outgoing, state: OutgoingState, problem?: Outgoing["problem"]): void {
  Object.assign(entry, { state, problem });
}

/**
 * Sends what waits for a thread, one after the other, each in a turn of its own, until its scope ends. Two of them for one
 * thread do no harm: what one has begun to send is no longer the other's.
 */
export function useSender(thread: LiveThread, box: Outgoing[]): void {
  let looking = false;
  let ended = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function sendFirst(): Promise<void> {
    const first = box[0];
    if (ended || !first || looking || thread.isBusy.value) return;
    if (first.state === "due") return deliver(first);
    if (first.state !== "queued" || !thread.loaded.value) return;
    looking = true;
    // What is shown may still be on its way to the present, so the service is asked how things are.
    const status = await thread.status().catch(() => undefined);
    looking = false;
    if (ended) return;
    if (first.state !== "queued" || box[0] !== first) return sendFirst();
    // To the service a turn that was stopped is over, and no failure.
    if (status === "failed" || thread.fold.status === "failed") return put(first, "held");
    if (status === "idle") return deliver(first);
    clearTimeout(timer);
    timer = setTimeout(() => void sendFirst(), AGAIN_MILLIS);
  }

  async function deliver(entry: Outgoing): Promise<void> {
    put(entry, "sending");
    try {
      await thread.send(entry.text, entry.mode, entry.key);
      drop(box, entry);
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
  onScopeDispose(() => {
    ended = true;
    clearTimeout(timer);
  });
}
