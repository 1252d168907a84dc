import { api, type Thread } from "../api/client";

/** Begins a turn. Sent again with the same key it is still one turn. @throws ApiProblem */
export async function sendMessage(
  threadId: string,
  message: string,
  mode: Thread["mode"] | undefined,
  idempotencyKey: string,
): Promise<void> {
  const answer = await api.POST("/api/chat/{thread_id}", {
    params: { path: { thread_id: threadId }, header: { "Idempotency-Key": idempotencyKey } },
    body: { message, mode },
    parseAs: "stream",
  });
  // The turn is seen in the thread's own stream; leaving this one cancels nothing.
  await answer.response.body?.cancel();
}
