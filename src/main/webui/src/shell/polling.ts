import { onScopeDispose, watch } from "vue";
import { keysGiven, keyWanted } from "../api/client";

/**
 * Does a task at once and then again and again, less often while nobody looks; at once when somebody looks again, or gave
 * the key that was wanted. One at a time, and none while a key is wanted. Ends with its scope.
 */
export function poll(task: () => Promise<void>, millis: number, hiddenMillis: number): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  let ended = false;

  async function now(): Promise<void> {
    if (running || ended) return;
    clearTimeout(timer);
    running = true;
    try {
      if (!keyWanted.value) await task();
    } finally {
      running = false;
      if (!ended) timer = setTimeout(() => void now(), document.hidden ? hiddenMillis : millis);
    }
  }

  const seen = () => {
    if (!document.hidden) void now();
  };
  document.addEventListener("visibilitychange", seen);
  watch(keysGiven, () => void now());
  onScopeDispose(() => {
    ended = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", seen);
  });
  void now();
}
