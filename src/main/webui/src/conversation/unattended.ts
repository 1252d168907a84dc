import { effectScope, getCurrentScope, watch } from "vue";
import { api, ApiProblem, data, type Thread } from "../api/client";
import { openThread } from "../thread/live";
import { allThreads, isHidden } from "../threads/threads";
import { boxOf, unattended } from "./outbox";
import { useSender } from "./sender";

/** Sends also what waits for threads that aren't open, once their turns are over, as long as the scope lives. */
export function keepSending(): void {
  const home = getCurrentScope()!;
  const tended = new Set<string>();

  async function tend(id: string): Promise<void> {
    if (tended.has(id) || isHidden(id)) return;
    tended.add(id);
    if (isOver(await statusOf(id))) await home.run(() => sent(id));
    tended.delete(id);
  }

  watch(allThreads, () => unattended.value.forEach((id) => void tend(id)), { immediate: true });
}

const isOver = (status: Thread["status"] | undefined) => status === "idle" || status === "failed";

/** Nothing where it isn't known; for a thread that is gone nothing waits any more. */
async function statusOf(id: string): Promise<Thread["status"] | undefined> {
  const listed = allThreads.value.find(({ thread_id }) => thread_id === id);
  if (listed) return listed.status;
  try {
    return (await data(api.GET("/api/threads/{id}", { params: { path: { id } } }))).status;
  } catch (failure) {
    if (failure instanceof ApiProblem && failure.code === "not_found") boxOf(id).length = 0;
    return undefined;
  }
}

/** Opens a thread as a page would, until nothing can be sent to it for now, or a page opens it. */
function sent(id: string): Promise<void> {
  const scope = effectScope();
  return new Promise((done) =>
    scope.run(() => {
      const thread = openThread(id);
      useSender(thread, boxOf(id));
      const isDone = () =>
        !unattended.value.includes(id) ||
        thread.problem.value !== undefined ||
        (thread.loaded.value && thread.isBusy.value);
      watch(isDone, (is) => is && (scope.stop(), done()), { immediate: true });
    }),
  );
}
