import { idempotencyKey } from "../api/idempotency";
import { sendMessage } from "../thread/send";
import { changed, newThread } from "./threads";

interface Attempt {
  message: string;
  threadKey: string;
  messageKey: string;
}

/**
 * Begins threads with a message. What failed on the way and is tried again with the same message is the same thread and
 * the same turn, however far it came.
 */
export function threadBeginner() {
  let attempt: Attempt | undefined;

  /** @returns the thread's id. @throws ApiProblem */
  return async function begin(message: string): Promise<string> {
    if (attempt?.message !== message) {
      attempt = { message, threadKey: idempotencyKey(), messageKey: idempotencyKey() };
    }
    const id = await newThread(attempt.threadKey);
    await sendMessage(id, message, "build", attempt.messageKey);
    attempt = undefined;
    void changed();
    return id;
  };
}
