import { EventSchemas } from "@ag-ui/core/schemas";
import { describe, expect, it, vi } from "vitest";
import type { Interrupt, WireEvent } from "../api/client";
import { MAX_OUTPUT_CHARS, ThreadFold, type CallItem, type TextItem, type UserItem } from "./fold";

const interrupt = (id: string, toolCallId: string): Interrupt => ({
  id,
  reason: "tool_call",
  message: "May it?",
  toolCallId,
  responseSchema: {},
  metadata: { tool: "execute", args: { command: "ls" }, digest: "d", rendering: "ls", allowed_decisions: ["approve"] },
});

const turn: [WireEvent, string?][] = [
  [{ type: "RUN_STARTED", threadId: "t", runId: "r1" }, "2"],
  [{ type: "TEXT_MESSAGE_START", messageId: "m1", role: "assistant" }],
  [{ type: "TEXT_MESSAGE_CONTENT", messageId: "m1", delta: "I'll " }],
  [{ type: "TEXT_MESSAGE_CONTENT", messageId: "m1", delta: "look." }],
  [{ type: "TEXT_MESSAGE_END", messageId: "m1" }],
  [{ type: "TOOL_CALL_START", toolCallId: "c1", toolCallName: "execute", parentMessageId: "m1" }],
  [{ type: "TOOL_CALL_ARGS", toolCallId: "c1", delta: '{"command":"ls"}' }],
  [{ type: "TOOL_CALL_END", toolCallId: "c1" }, "6"],
  [
    {
      type: "RUN_FINISHED",
      threadId: "t",
      runId: "r1",
      outcome: { type: "interrupt", interrupts: [interrupt("i1", "c1")] },
    },
    "8",
  ],
  [{ type: "RUN_STARTED", threadId: "t", runId: "r2", parentRunId: "r1" }, "10"],
  [{ type: "CUSTOM", name: "tool_started", value: { tool_call_id: "c1" } }, "11"],
  [{ type: "CUSTOM", name: "tool_output", value: { tool_call_id: "c1", stream: "stdout", text: "a\n" } }],
  [
    {
      type: "TOOL_CALL_RESULT",
      messageId: "c1-result",
      toolCallId: "c1",
      content: "a\n[exit code: 0]",
      role: "tool",
      metadata: { outcome: "exited", exit_code: 0, duration_ms: 5 },
    },
    "12",
  ],
  [{ type: "RUN_FINISHED", threadId: "t", runId: "r2", outcome: { type: "success" } }, "13"],
];

function folded(events: [WireEvent, string?][]): ThreadFold {
  const fold = new ThreadFold();
  for (const [event, id] of events) fold.apply(event, id);
  return fold;
}

const callOf = (fold: ThreadFold) => fold.items.find((item): item is CallItem => item.kind === "call")!;
const until = (type: string) => turn.slice(0, turn.findIndex(([event]) => event.type === type) + 1);

describe("ThreadFold", () => {
  it("drops what was shown of a message when the model is asked again for it", () => {
    const lost: [WireEvent, string?][] = [
      [{ type: "RUN_STARTED", threadId: "t", runId: "r1" }, "2"],
      [{ type: "REASONING_MESSAGE_START", messageId: "m0-reasoning", role: "reasoning" }],
      [{ type: "REASONING_MESSAGE_END", messageId: "m0-reasoning" }],
      [{ type: "TEXT_MESSAGE_START", messageId: "m0", role: "assistant" }],
      [{ type: "TEXT_MESSAGE_CONTENT", messageId: "m0", delta: "I'll l" }],
      [{ type: "TOOL_CALL_START", toolCallId: "c0", toolCallName: "execute", parentMessageId: "m0" }],
    ];

    const fold = folded([...lost, ...turn.slice(1)]);

    expect(fold.items.map(({ id }) => id)).toEqual(folded(turn).items.map(({ id }) => id));
  });

  it.each(turn)("is tested with what AG-UI's own schemas take: %o", (event) => {
    expect(EventSchemas.safeParse(event).error).toBeUndefined();
  });

  it("makes a conversation of a turn", () => {
    const fold = folded(turn);

    expect(fold.items.map(({ kind }) => kind)).toEqual(["user", "text", "call"]);
    expect((fold.items[1] as TextItem).text).toBe("I'll look.");
    expect(callOf(fold)).toMatchObject({ state: "done", outcome: "exited", exitCode: 0, durationMs: 5 });
    expect(fold.status).toBe("idle");
  });

  it("waits where calls wait, and says which", () => {
    const fold = folded(until("RUN_FINISHED"));

    expect(fold.status).toBe("interrupted");
    expect(fold.waiting.map(({ id }) => id)).toEqual(["c1"]);
  });

  it("lets go of what was decided elsewhere", () => {
    const fold = folded(until("RUN_FINISHED"));

    fold.stillPending([]);

    expect(fold.waiting).toEqual([]);
    expect(callOf(fold).state).toBe("decided");
  });

  it("starts a message anew when it is told from its beginning", () => {
    const fold = folded(turn.slice(0, 3));

    fold.reconnected();
    for (const [event, id] of turn.slice(1, 5)) fold.apply(event, id);

    expect((fold.items[1] as TextItem).text).toBe("I'll look.");
    expect(fold.items).toHaveLength(2);
  });

  it("keeps the beginning where a model thinks on after its first word, and speaks on after its calls", () => {
    const thinks = (delta: string): [WireEvent, string?][] => [
      [{ type: "REASONING_MESSAGE_START", messageId: "m1-reasoning", role: "reasoning" }],
      [{ type: "REASONING_MESSAGE_CONTENT", messageId: "m1-reasoning", delta }],
      [{ type: "REASONING_MESSAGE_END", messageId: "m1-reasoning" }],
    ];
    const shown = [...turn.slice(0, 1), ...thinks("First "), ...turn.slice(1, 7), ...thinks("and then.")];
    const start = turn[1]!;
    const rest: WireEvent = { type: "TEXT_MESSAGE_CONTENT", messageId: "m1", delta: " There." };

    const fold = folded([...shown, start]);
    expect(fold.items[2]).toMatchObject({ text: "I'll look.", done: false });
    for (const event of [rest, turn[4]![0]]) fold.apply(event);
    fold.apply(...turn[7]!);

    expect(fold.items.map(({ kind }) => kind)).toEqual(["user", "reasoning", "text", "call"]);
    expect(fold.items[1]).toMatchObject({ text: "First and then.", done: true });
    expect(fold.items[2]).toMatchObject({ text: "I'll look. There.", done: true, forkAt: 6 });
    expect(callOf(fold).args).toBe('{"command":"ls"}');
  });

  it("is the same after each event is missed and told again from the last journaled one", () => {
    for (let cut = 1; cut < turn.length; cut++) {
      const seen = turn.slice(0, cut);
      const resumeAt = seen.findLastIndex(([, id]) => id !== undefined) + 1;

      const fold = folded(seen);
      fold.reconnected();
      for (const [event, id] of turn.slice(resumeAt)) fold.apply(event, id);

      expect({ ...callOf(fold), startedAt: 0, output: [] }).toEqual({
        ...callOf(folded(turn)),
        startedAt: 0,
        output: [],
      });
      expect(fold.items.map(({ id }) => id)).toEqual(folded(turn).items.map(({ id }) => id));
      expect((fold.items[1] as TextItem).text).toBe("I'll look.");
    }
  });

  it("knows where to fork: before the person's message, and after the model's", () => {
    const fold = folded(until("TOOL_CALL_END"));

    expect((fold.items[0] as UserItem).forkAt).toBe(1);
    expect((fold.items[1] as TextItem).forkAt).toBe(6);
    expect(callOf(fold).forkAt).toBeUndefined();
  });

  it("forks where the calls of an answer wait, so that they wait in the copy too", () => {
    expect((folded(turn).items[1] as TextItem).forkAt).toBe(8);
  });

  it("forks an answer without words at its last call", () => {
    const [started, ...rest] = turn;
    const wordless = [started!, ...rest.slice(4)];
    expect(callOf(folded(wordless.slice(0, 4))).forkAt).toBe(6);
    expect(callOf(folded(wordless)).forkAt).toBe(8);

    const blank: [WireEvent, string?] = [{ type: "TEXT_MESSAGE_CONTENT", messageId: "m1", delta: "\n" }];
    expect(callOf(folded([started!, rest[0]!, blank, ...rest.slice(3)])).forkAt).toBe(8);
  });

  it("leaves an answer's place to fork when a later turn ends without one", () => {
    const later: [WireEvent, string?][] = [
      [{ type: "RUN_STARTED", threadId: "t", runId: "r3" }, "20"],
      [{ type: "RUN_FINISHED", threadId: "t", runId: "r3", outcome: { type: "success" } }, "21"],
    ];

    expect((folded([...turn, ...later]).items[1] as TextItem).forkAt).toBe(8);
  });

  it("gives each turn its message, whichever is known first", () => {
    const fold = folded(turn);
    expect(fold.wantsMessages).toBe(true);

    fold.said(["Look around"]);

    expect((fold.items[0] as UserItem).text).toBe("Look around");
    expect(fold.wantsMessages).toBe(false);
  });

  it("forgets everything when its cursor meant nothing", () => {
    const fold = folded(turn);

    fold.apply({ type: "CUSTOM", name: "resync" });
    for (const [event, id] of turn) fold.apply(event, id);

    expect(fold.items).toHaveLength(3);
  });

  it("keeps the end of an output that is too long", () => {
    const fold = folded(until("CUSTOM"));
    const print = (text: string) =>
      fold.apply({ type: "CUSTOM", name: "tool_output", value: { tool_call_id: "c1", stream: "stdout", text } });

    for (let part = 0; part < 30; part++) print("x".repeat(9_999) + "\n");
    print("the end");

    const kept = callOf(fold)
      .output.map(({ text }) => text)
      .join("");
    expect(kept).toHaveLength(MAX_OUTPUT_CHARS);
    expect(kept.endsWith("the end")).toBe(true);
    expect(callOf(fold).outputCut).toBe(true);
  });

  it("shows how a turn failed once, though it is told again", () => {
    const fold = folded(turn.slice(0, 1));

    fold.apply({ type: "RUN_ERROR", code: "cancelled", message: "Cancelled." }, "9");
    fold.apply({ type: "RUN_ERROR", code: "cancelled", message: "Cancelled." }, "9");

    expect(fold.items.filter(({ kind }) => kind === "notice")).toHaveLength(1);
    expect(fold.status).toBe("failed");
  });

  it("says of a turn without a word or a call that there was none", () => {
    const success: WireEvent = { type: "RUN_FINISHED", threadId: "t", runId: "r1", outcome: { type: "success" } };
    const kinds = (...events: [WireEvent, string?][]) =>
      folded([turn[0]!, ...events, [success, "9"]]).items.map(({ kind }) => kind);

    expect(kinds()).toEqual(["user", "notice"]);
    expect(kinds([{ type: "REASONING_MESSAGE_START", messageId: "m1-reasoning", role: "reasoning" }])).toEqual([
      "user",
      "reasoning",
      "notice",
    ]);
    expect(kinds(...turn.slice(1, 5))).toEqual(["user", "text"]);
    const again = folded([turn[0]!, [success, "9"], turn[0]!, [success, "9"]]);
    expect(again.items.map(({ kind }) => kind)).toEqual(["user", "notice"]);
  });

  it("knows when things happened, by its own eyes if it saw them", () => {
    vi.useFakeTimers({ now: 1_000_000 });
    const began = (timestamp: number, seenAt?: number) => {
      const fold = folded(until("RUN_FINISHED"));
      const event = { type: "CUSTOM", name: "tool_started", value: { tool_call_id: "c1" }, timestamp } as const;
      fold.apply(event, "11", seenAt);
      return performance.now() - callOf(fold).startedAt!;
    };

    expect(began(940_000)).toBe(60_000);
    expect(began(940_000, performance.now() - 5)).toBe(5);
    expect(began(1_060_000)).toBe(0);
    const said = folded([[{ type: "RUN_STARTED", threadId: "t", runId: "r1", timestamp: 940_000 }, "2"]]);
    expect(said.items).toMatchObject([{ kind: "user", at: 940_000 }]);
    vi.useRealTimers();
  });

  it("shows the arguments that a person put in place of the model's", () => {
    const fold = folded(until("RUN_FINISHED"));
    const value = { tool_call_id: "c1", args: { command: "pwd" } };

    fold.apply({ type: "CUSTOM", name: "tool_started", value } as WireEvent, "11");

    expect(callOf(fold).ranArgs).toEqual({ command: "pwd" });
  });

  it("lets what was being written when a run ended go no further", () => {
    const fold = folded([
      ...turn.slice(0, 3),
      [{ type: "TOOL_CALL_START", toolCallId: "c9", toolCallName: "execute", parentMessageId: "m1" }],
    ]);

    fold.apply({ type: "RUN_ERROR", code: "model_stream_incomplete", message: "Cut." }, "9");

    expect(fold.items.map(({ kind }) => kind)).toEqual(["user", "text", "notice"]);
    expect((fold.items[1] as TextItem).done).toBe(true);
  });

  it("has the whole turn in a fork after its last words", () => {
    const fold = folded(turn.slice(0, 4));
    fold.apply({ type: "TEXT_MESSAGE_END", messageId: "m1" }, "3");

    fold.apply({ type: "RUN_FINISHED", threadId: "t", runId: "r1", outcome: { type: "success" } }, "5");

    expect((fold.items[1] as TextItem).forkAt).toBe(5);
  });
});
