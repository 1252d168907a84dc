import { ApiProblem } from "../api/client";
import { idempotencyKey } from "../api/idempotency";
import { keptForTab } from "../shell/kept";
import { sendMessage } from "../thread/send";
import { changed, newThread } from "./threads";

interface Attempt {
  message: string;
  threadKey: string;
  messageKey: string;
}

const KEPT = "holdpoint.attempt";
/** The thread was deleted since, or what was sent before did arrive: the next try is for a thread of its own. */
const SPENT = ["not_found", "run_active"];

/** The same thread as in the try before, if that failed; and the same turn, if the message is the same too. */
function attemptWith(message: string): Attempt {
  const before = JSON.parse(keptForTab.get(KEPT) ?? "{}") as Partial<Attempt>;
  const threadKey = before.threadKey ?? idempotencyKey();
  const messageKey = (before.message === message && before.messageKey) || idempotencyKey();
  const attempt = { message, threadKey, messageKey };
  keptForTab.set(KEPT, JSON.stringify(attempt));
  return attempt;
}

/**
 * Begins a thread with a message. What failed on the way is tried again in the same thread, however far it came and even
 * after a reload, so that no empty one is left behind.
 *
 * @returns the thread's id
 * @throws ApiProblem
 */
export async function begin(message: string): Promise<string> {
  const { threadKey, messageKey } = attemptWith(message);
  try {
    const id = await newThread(threadKey);
    await sendMessage(id, message, "build", messageKey);
    keptForTab.remove(KEPT);
    void changed();
    return id;
  } catch (failure) {
    if (failure instanceof ApiProblem && SPENT.includes(failure.code)) keptForTab.remove(KEPT);
    throw failure;
  }
}
