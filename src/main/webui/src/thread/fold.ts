import type { Interrupt, Outcome, Schemas, Thread, Todo, Usage, WireEvent } from "../api/client";

/** What a person said. Its words aren't in the stream: they come with {@link ThreadFold.said}. */
export interface UserItem {
  kind: "user";
  /** The first run of the turn that it began. */
  id: string;
  text: string | undefined;
  /** When it was said, in milliseconds since the epoch. */
  at: number | undefined;
  /** The event before it: a fork there may say something else. */
  forkAt: number;
}

/** Of an answer its words can be forked, or its last call if it has none. */
interface Forkable {
  /** The event that holds the whole answer, or the one after it by which its calls wait or its turn is over. */
  forkAt: number | undefined;
}

export interface TextItem extends Forkable {
  kind: "text" | "reasoning";
  id: string;
  text: string;
  done: boolean;
}

/**
 * writing: the model still writes its arguments; asked: its turn has not come; waiting: for a person;
 * decided: by a person, and other calls still wait; then running, and done.
 */
export type CallState = "writing" | "asked" | "waiting" | "decided" | "running" | "done";

export interface OutputPart {
  stream: "stdout" | "stderr" | "info";
  text: string;
}

export interface CallItem extends Forkable {
  kind: "call";
  id: string;
  messageId: string;
  name: string;
  /** JSON as the model wrote it; incomplete while it writes. */
  args: string;
  /** What a person put in their place. */
  ranArgs: Record<string, unknown> | undefined;
  state: CallState;
  interrupt: Interrupt | undefined;
  output: OutputPart[];
  /** Whether the beginning of the live output was given up for its length. */
  outputCut: boolean;
  result: string | undefined;
  outcome: Outcome | undefined;
  exitCode: number | undefined;
  durationMs: number | undefined;
  truncated: boolean;
  /** Whether it began to run: not if it was rejected, or answered in its place. */
  ran: boolean;
  /** When it began to run, in milliseconds of {@link performance.now}. */
  startedAt: number | undefined;
}

/** How a turn ended that didn't end well; empty: with not a word. */
export interface NoticeItem {
  kind: "notice";
  id: string;
  code: Schemas["RunErrorCode"] | "empty";
  message: string;
}

export type Item = UserItem | TextItem | CallItem | NoticeItem;

/** Live output that is kept of one call; its result has the rest, shortened by the service. */
export const MAX_OUTPUT_CHARS = 200_000;

/** A time by the service's clock as a time of {@link performance.now}. Clocks differ: nothing was done in the future. */
function onOwnClock(timestamp: number | undefined): number | undefined {
  return timestamp === undefined ? undefined : performance.now() - Math.max(0, Date.now() - timestamp);
}

/** A thread as its events tell it: the same events make the same conversation, live or replayed, in one piece or in many. */
export class ThreadFold {
  items: Item[] = [];
  status: Thread["status"] = "idle";
  title: string | undefined;
  mode: Thread["mode"] = "build";
  todos: Todo[] = [];
  usage: Usage | undefined;
  /** The calls that wait for a person, in the model's order. */
  waiting: CallItem[] = [];

  private readonly byId = new Map<string, Item>();
  private userTexts: string[] = [];
  private users: UserItem[] = [];
  /** What was shown of the message that is being written, and its id; nothing of it is in the journal yet. */
  private draft: { messageId: string; items: Item[] } = { messageId: "", items: [] };
  /** Where the last whole answer of this run can be forked. */
  private last: Forkable | undefined;
  /** What this stream has begun to tell: texts, arguments and live output. */
  private readonly told = new Set<string>();

  /**
   * Takes one event.
   *
   * @param id of its frame, if it is journaled
   * @param seenAt when it happened, if it did before this page's eyes, in milliseconds of {@link performance.now}
   */
  apply(event: WireEvent, id?: string, seenAt?: number): void {
    switch (event.type) {
      case "RUN_STARTED":
        this.started(event, Number(id));
        break;
      case "RUN_FINISHED":
        this.finished(event.outcome, id);
        break;
      case "RUN_ERROR":
        this.failed(event, id);
        break;
      case "TEXT_MESSAGE_START":
        this.writes(event.messageId);
        this.begins("text", event.messageId);
        break;
      case "REASONING_MESSAGE_START":
        this.writes(event.messageId.replace(/-reasoning$/, ""));
        this.begins("reasoning", `reasoning ${event.messageId}`);
        break;
      case "TEXT_MESSAGE_CONTENT":
        this.text(event.messageId).text += event.delta;
        break;
      case "REASONING_MESSAGE_CONTENT":
        this.text(`reasoning ${event.messageId}`, "reasoning").text += event.delta;
        break;
      case "TEXT_MESSAGE_END":
        this.ended(this.text(event.messageId), id);
        break;
      case "REASONING_MESSAGE_END":
        this.ended(this.text(`reasoning ${event.messageId}`, "reasoning"), id);
        break;
      case "REASONING_START":
        break;
      case "REASONING_END":
        if (id) this.complete(this.text(`reasoning ${event.messageId}`, "reasoning"), id);
        break;
      case "TOOL_CALL_START":
        this.called(event);
        break;
      case "TOOL_CALL_ARGS":
        this.call(event.toolCallId).args += event.delta;
        break;
      case "TOOL_CALL_END":
        this.asked(this.call(event.toolCallId), id);
        break;
      case "TOOL_CALL_RESULT":
        this.result(event);
        break;
      case "STATE_SNAPSHOT":
        ({
          todos: this.todos,
          title: this.title,
          usage: this.usage,
          mode: this.mode,
        } = {
          title: undefined,
          ...event.snapshot,
        });
        break;
      case "CUSTOM":
        this.custom(event, seenAt);
        break;
    }
  }

  /** What comes from here on comes by another stream, and each tells what is under way from its beginning. */
  reconnected(): void {
    this.told.clear();
  }

  /** What the person said in each turn, oldest first. */
  said(texts: string[]): void {
    this.userTexts = texts;
    this.users.forEach((user, turn) => (user.text = texts[turn]));
  }

  /** Whether some turn's message is not known yet. */
  get wantsMessages(): boolean {
    return this.users.some((user) => user.text === undefined);
  }

  /** Whether the last turn ended because a person said so. */
  get wasStopped(): boolean {
    const last = this.items.at(-1);
    return this.status === "failed" && last?.kind === "notice" && last.code === "cancelled";
  }

  /** Of the calls that waited, only these still do: the others were decided, here or elsewhere. */
  stillPending(interrupts: Interrupt[]): void {
    const pending = new Set(interrupts.map((interrupt) => interrupt.id));
    for (const call of this.waiting) if (!pending.has(call.interrupt!.id)) call.state = "decided";
    this.waiting = this.waiting.filter((call) => call.state === "waiting");
  }

  private started(event: Schemas["RunStarted"], seq: number): void {
    this.status = "running";
    this.last = undefined;
    this.stillPending([]);
    if (event.parentRunId || this.byId.has(event.runId)) return;
    const text = this.userTexts[this.users.length];
    const user = this.add({ kind: "user", id: event.runId, text, at: event.timestamp, forkAt: seq - 1 });
    this.users.push(user);
  }

  private finished(outcome: Schemas["RunFinished"]["outcome"], id: string | undefined): void {
    this.breakOff();
    this.status = outcome.type === "interrupt" ? "interrupted" : "idle";
    // A copy goes on from a turn that is over, or has hold points of its own.
    if (id && this.last) this.last.forkAt = Number(id);
    if (outcome.type !== "interrupt") return this.checkAnswered();
    this.waiting = outcome.interrupts.map((interrupt) => {
      const call = this.call(interrupt.toolCallId, interrupt.metadata.tool);
      return Object.assign(call, { interrupt, state: "waiting" as const });
    });
  }

  /** A turn that has nothing to show for itself says so. */
  private checkAnswered(): void {
    const last = this.items.findLast(
      (item) => item.kind !== "reasoning" && !(item.kind === "text" && !item.text.trim()),
    );
    if (last?.kind === "user") this.add({ kind: "notice", id: `empty ${last.id}`, code: "empty", message: "" });
  }

  private failed(event: Schemas["RunError"], id: string | undefined): void {
    this.status = "failed";
    this.breakOff();
    const known = id ? `notice ${id}` : `notice after ${this.items.length}`;
    if (!this.byId.has(known)) this.add({ kind: "notice", id: known, code: event.code, message: event.message });
  }

  /** Whatever is still being written when a run ends goes no further: a text stays as far as it came, a call never was one. */
  private breakOff(): void {
    this.draft.items = [];
    for (let at = this.items.length - 1; at >= 0 && this.items[at]!.kind !== "user"; at--) {
      const item = this.items[at]!;
      if ("done" in item) item.done = true;
      if (item.kind !== "call" || item.state !== "writing") continue;
      this.remove(item);
    }
  }

  /** Another message begins: if the one before it never got into the journal, the model was asked again and that one is no more. */
  private writes(messageId: string): void {
    if (messageId === this.draft.messageId || this.byId.has(messageId)) return;
    for (const item of this.draft.items) this.remove(item);
    this.draft = { messageId, items: [] };
  }

  /** Whether this stream has not begun to tell it: what was shown of it by another comes again from its beginning. */
  private isNew(what: string): boolean {
    if (this.told.has(what)) return false;
    this.told.add(what);
    return true;
  }

  /** A model may think or speak on after its calls: a later START of the same stream goes on where the text was left. */
  private begins(kind: "text" | "reasoning", id: string): void {
    const item = this.text(id, kind);
    item.done = false;
    if (this.isNew(id)) item.text = "";
  }

  private ended(item: TextItem, id: string | undefined): void {
    item.done = true;
    if (id) this.complete(item, id);
  }

  /** The last frame of an answer carries its id. */
  private complete(forkable: Forkable, id: string): void {
    forkable.forkAt = Number(id);
    this.last = forkable;
    this.draft.items = [];
  }

  private called(event: Schemas["ToolCallStart"]): void {
    this.writes(event.parentMessageId);
    const call = this.call(event.toolCallId, event.toolCallName);
    call.messageId = event.parentMessageId;
    if (this.isNew(call.id)) call.args = "";
  }

  private asked(call: CallItem, id: string | undefined): void {
    if (call.state === "writing") call.state = "asked";
    if (!id) return;
    const words = this.byId.get(call.messageId);
    this.complete(words?.kind === "text" && words.text.trim() ? words : call, id);
  }

  private result(event: Schemas["ToolCallResult"]): void {
    const call = this.call(event.toolCallId);
    call.state = "done";
    call.result = event.content;
    call.outcome = event.metadata.outcome;
    call.exitCode = event.metadata.exit_code;
    call.durationMs = event.metadata.duration_ms;
    call.truncated = event.metadata.truncated ?? false;
  }

  private custom(event: Schemas["ToolStarted"] | Schemas["ToolOutput"] | Schemas["Resync"], seenAt?: number): void {
    if (event.name === "resync") return this.forget();
    const call = this.call(event.value.tool_call_id);
    if (event.name === "tool_output") return this.printed(call, event.value);
    call.state = "running";
    call.ran = true;
    call.startedAt = seenAt ?? onOwnClock(event.timestamp);
    if ("args" in event.value) call.ranArgs = event.value.args as Record<string, unknown>;
  }

  private printed(call: CallItem, part: OutputPart): void {
    if (this.isNew(`output ${call.id}`)) Object.assign(call, { output: [], outputCut: false });
    const last = call.output.at(-1);
    if (last?.stream === part.stream) last.text += part.text;
    else call.output.push({ stream: part.stream, text: part.text });
    let surplus = call.output.reduce((sum, { text }) => sum + text.length, 0) - MAX_OUTPUT_CHARS;
    while (surplus > 0) {
      call.outputCut = true;
      const first = call.output[0]!;
      if (first.text.length <= surplus) call.output.shift();
      surplus -= first.text.length;
      if (surplus < 0) first.text = first.text.slice(surplus);
    }
  }

  private forget(): void {
    this.items = [];
    this.users = [];
    this.waiting = [];
    this.draft.items = [];
    this.last = undefined;
    this.told.clear();
    this.byId.clear();
    this.status = "idle";
  }

  private text(id: string, kind: "text" | "reasoning" = "text"): TextItem {
    const known = this.byId.get(id);
    if (known?.kind === kind) return known;
    return this.add({ kind, id, text: "", done: false, forkAt: undefined });
  }

  private call(id: string, name = "tool"): CallItem {
    const known = this.byId.get(id);
    if (known?.kind === "call") return known;
    return this.add({
      kind: "call",
      id,
      forkAt: undefined,
      messageId: "",
      name,
      args: "",
      ranArgs: undefined,
      state: "writing",
      interrupt: undefined,
      output: [],
      outputCut: false,
      result: undefined,
      outcome: undefined,
      exitCode: undefined,
      durationMs: undefined,
      truncated: false,
      ran: false,
      startedAt: undefined,
    });
  }

  /** @returns the item as it is watched, if this fold is */
  private add<T extends Item>(item: T): T {
    this.items.push(item);
    const added = this.items.at(-1) as T;
    this.byId.set(item.id, added);
    if (added.kind !== "user" && added.kind !== "notice") this.draft.items.push(added);
    return added;
  }

  private remove(item: Item): void {
    this.items = this.items.filter(({ id }) => id !== item.id);
    this.byId.delete(item.id);
  }
}
