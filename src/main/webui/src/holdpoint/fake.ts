import { computed, reactive, ref, shallowRef } from "vue";
import { vi } from "vitest";
import type { Decision, Interrupt } from "../api/client";
import { ThreadFold } from "../thread/fold";
import type { LiveThread } from "../thread/live";

type Metadata = Interrupt["metadata"];

export function anInterrupt(id: string, metadata: Partial<Metadata> = {}, more: Partial<Interrupt> = {}): Interrupt {
  const command = `echo ${id}`;
  return {
    id,
    reason: "tool_call",
    message: "The agent wants to call execute. The policy asks before every call of execute.",
    toolCallId: `call-${id}`,
    responseSchema: {},
    metadata: {
      tool: "execute",
      args: { command },
      digest: `digest-${id}`,
      rendering: command,
      allowed_decisions: ["approve", "edit", "reject", "respond"],
      ...metadata,
    },
    ...more,
  };
}

let count = 0;

/** A thread that waits for decisions on these calls, and takes them as the real one does. */
export function aThread(...interrupts: Interrupt[]) {
  const id = `t${count++}`;
  const fold = reactive(new ThreadFold()) as ThreadFold;
  fold.apply({ type: "RUN_STARTED", threadId: "t", runId: "r1" }, "1");
  fold.apply({ type: "RUN_FINISHED", threadId: "t", runId: "r1", outcome: { type: "interrupt", interrupts } }, "2");

  /** Only these still wait, as the service says. */
  const stillPending = (...ids: string[]) => fold.stillPending(interrupts.filter(({ id }) => ids.includes(id)));
  const decide = vi.fn(async (decisions: Decision[]) => {
    const gone = decisions.map(({ interrupt_id }) => interrupt_id);
    stillPending(...fold.waiting.map(({ interrupt }) => interrupt!.id).filter((id) => !gone.includes(id)));
  });
  const thread: LiveThread = {
    id,
    fold,
    connection: ref("live"),
    problem: shallowRef(),
    loaded: ref(true),
    status: async () => fold.status,
    isBusy: computed(() => true),
    send: vi.fn(),
    cancel: vi.fn(),
    setMode: vi.fn(),
    decide,
    fork: vi.fn(),
  };
  const goesOn = () => fold.apply({ type: "RUN_STARTED", threadId: "t", runId: "r2", parentRunId: "r1" }, "3");
  return { thread, fold, decide, stillPending, goesOn };
}
