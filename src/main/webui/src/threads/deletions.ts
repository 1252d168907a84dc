import { computed, onScopeDispose, reactive, shallowRef, watch } from "vue";
import { ApiProblem, apiUrl, call, keysGiven } from "../api/client";
import { keptForTab } from "../shell/kept";
import { gone, hide, show } from "./threads";

/** For how long a deletion can be taken back. */
export const UNDO_MILLIS = 8_000;
const KEPT = "holdpoint.deletions";

interface Leaving {
  id: string;
  title: string;
  /** Where the person was, if that went with it. */
  place: string | undefined;
  /** Whether it isn't too late yet to bring it back. */
  canReturn: boolean;
  timer?: ReturnType<typeof setTimeout>;
}

const leaving = reactive(new Map<string, Leaving>());
let isHeld = false;

/** Why a thread could not be deleted. */
export const deletionProblem = shallowRef<ApiProblem>();

/** The last thread that was taken away and can be brought back. */
export const lastLeaving = computed(() => [...leaving.values()].findLast(({ canReturn }) => canReturn));

/** Takes a thread away; it is deleted when nobody brings it back in time, or when the page is left. */
export function deleteLater(id: string, title: string, place?: string): void {
  hide(id);
  const entry: Leaving = { id, title, place, canReturn: true };
  leaving.set(id, entry);
  startTime(entry);
}

/** Lets no thread's time run out while a person is about to bring one back; then each has all of its time again. */
export function holdTime(held: boolean): void {
  isHeld = held;
  for (const entry of leaving.values()) if (entry.canReturn) startTime(entry);
}

function startTime(entry: Leaving): void {
  clearTimeout(entry.timer);
  if (!isHeld) entry.timer = setTimeout(() => void deleteNow(entry.id), UNDO_MILLIS);
}

/** Brings a thread back. */
export function undo(id: string): void {
  clearTimeout(leaving.get(id)?.timer);
  leaving.delete(id);
  show(id);
}

async function deleteNow(id: string): Promise<void> {
  const entry = leaving.get(id)!;
  clearTimeout(entry.timer);
  entry.canReturn = false;
  try {
    // Outlives the page, when that is on its way out.
    await call(apiUrl(`/api/threads/${encodeURIComponent(id)}`), { method: "DELETE", keepalive: true });
  } catch (failure) {
    if (!(failure instanceof ApiProblem)) throw failure;
    // Tried again when the key is there.
    if (failure.code === "unauthenticated") return;
    if (failure.code !== "not_found") {
      deletionProblem.value = failure;
      return undo(id);
    }
  }
  leaving.delete(id);
  gone(id);
}

/** Sees to it that leaving the page loses no deletion, and completes what a reload may have cut off. Ends with its scope. */
export function keepDeletions(): void {
  const kept = JSON.parse(keptForTab.get(KEPT) ?? "[]") as string[];
  keptForTab.remove(KEPT);
  for (const id of kept) {
    hide(id);
    leaving.set(id, { id, title: "", place: undefined, canReturn: false });
    void deleteNow(id);
  }
  watch(keysGiven, () => leaving.forEach(({ id, canReturn }) => !canReturn && void deleteNow(id)));
  addEventListener("pagehide", onLeave);
  onScopeDispose(() => removeEventListener("pagehide", onLeave));
}

function onLeave(): void {
  if (leaving.size === 0) return;
  keptForTab.set(KEPT, JSON.stringify([...leaving.keys()]));
  for (const id of leaving.keys()) void deleteNow(id);
}
