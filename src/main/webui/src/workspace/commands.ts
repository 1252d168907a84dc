import { computed, reactive, ref } from "vue";
import { api, ApiProblem, data, nextKey, type Schemas } from "../api/client";
import { idempotencyKey } from "../api/idempotency";
import { keptForTab } from "../shell/kept";
import { restored, store } from "./stored";

export type ExecResult = Schemas["ExecResult"];
type Answer = ExecResult | Schemas["StartedProcess"];

/** A command of the person's own. waiting: for the one before; background: it became a process; left: the page went away first; unrun: before it began. */
export interface Command {
  id: number;
  line: string;
  /** What the service knows it by, however often it is sent. */
  key: string;
  background: boolean;
  state: "waiting" | "running" | "ended" | "background" | "failed" | "left" | "unrun";
  /** Whether the service didn't answer, and is asked again. */
  isLost: boolean;
  isStopping: boolean;
  /** In milliseconds of the person's clock. */
  startedAt: number;
  /** The end of what it printed so far. */
  printed: string;
  result: ExecResult | undefined;
  problem: ApiProblem | undefined;
}

const KEPT_COMMANDS = 50;
const KEPT_LINES = 100;
const RETRY_MILLIS = 2_000;
const STOP_RETRY_MILLIS = 500;
const LOOK_MILLIS = 1_000;

/** Of a command that was stopped before the service had it. */
const NEVER_RAN: ExecResult = { output: "", exit_code: null, outcome: "cancelled", truncated: false, duration_ms: 0 };

const later = (millis: number) => new Promise((go) => setTimeout(go, millis));

/**
 * A thread's terminal: one command after the other, as each holds a connection for as long as it runs and a browser has few.
 */
export function makeCommands(threadId: string) {
  const commands = reactive<Command[]>(restored(threadId));
  const listeners = new Set<() => void>();
  const lines = `holdpoint.commands.${threadId}`;
  const history = ref<string[]>(JSON.parse(keptForTab.get(lines) ?? "[]") as string[]);
  let lastId = commands.length;
  const save = () => store(threadId, commands);
  let last: Promise<void> = Promise.resolve();

  function run(line: string, background: boolean): void {
    remember(line);
    const state = { state: "waiting", isLost: false, isStopping: false, startedAt: 0, printed: "" } as const;
    const key = idempotencyKey();
    commands.push({ id: ++lastId, line, key, background, ...state, result: undefined, problem: undefined });
    const command = commands.at(-1)!;
    if (commands.length > KEPT_COMMANDS && commands[0]!.state !== "waiting") commands.shift();
    save();
    queue(command, async () => {
      if (!commands.includes(command)) return;
      command.state = "running";
      command.startedAt = Date.now();
      void watch(command);
      await settle(command, send);
    });
  }

  function queue(command: Command, work: () => Promise<void>): void {
    // What goes on in the background holds no connection.
    const before = command.background ? Promise.resolve() : last;
    const done = before.then(work).finally(() => listeners.forEach((ended) => ended()));
    if (!command.background) last = done.catch(() => {});
  }

  /** Takes back one that waits. */
  function withdraw(command: Command): void {
    if (command.state !== "waiting") return;
    commands.splice(commands.indexOf(command), 1);
    save();
  }

  function remember(line: string): void {
    history.value = [...history.value.filter((known) => known !== line), line].slice(-KEPT_LINES);
    keptForTab.set(lines, JSON.stringify(history.value));
  }

  async function settle(command: Command, ask: typeof send): Promise<void> {
    save();
    try {
      const result = await answered(command, ask);
      command.state = "outcome" in result ? "ended" : "background";
      if ("outcome" in result) command.result = result;
    } catch (problem) {
      if (!(problem instanceof ApiProblem)) throw problem;
      unanswered(command, problem, ask === lookUp);
    } finally {
      command.isLost = false;
      save();
    }
  }

  function unanswered(command: Command, problem: ApiProblem, wasLeft: boolean): void {
    // Whoever only asks after a command learns that the service never had it, or has forgotten it.
    const isUnknown = problem.code === "not_found";
    if (isUnknown && command.isStopping) Object.assign(command, { state: "ended", result: NEVER_RAN });
    else if (isUnknown && wasLeft) command.state = "left";
    else Object.assign(command, { state: "failed", problem });
  }

  const send = ({ line, key, background }: Command): Promise<Answer | undefined> => {
    const params = { path: { id: threadId }, header: { "Idempotency-Key": key } };
    return data(api.POST("/api/threads/{id}/exec", { params, body: { command: line, background } }));
  };

  /** Runs nothing, and has no answer while the command runs. */
  async function lookUp(command: Command): Promise<ExecResult | undefined> {
    const params = { path: { id: threadId }, query: { key: command.key } };
    const answer = await data(api.GET("/api/threads/{id}/exec", { params }));
    if (!("running" in answer)) return answer;
    command.printed = answer.output;
    return undefined;
  }

  /** Shows what is printed while the command's own request waits for the end; that says what is wrong, if anything is. */
  async function watch(command: Command): Promise<void> {
    if (command.background) return;
    await later(LOOK_MILLIS);
    while (command.state === "running") {
      await lookUp(command).catch((problem: unknown) => {
        if (!(problem instanceof ApiProblem)) throw problem;
      });
      await later(LOOK_MILLIS);
    }
  }

  /** Asks until there is an answer: with its key the command runs once, however often it is sent. */
  async function answered(command: Command, ask: typeof send): Promise<Answer> {
    for (;;) {
      try {
        // What is to be stopped isn't sent again.
        const answer = await (command.isStopping ? lookUp : ask)(command);
        command.isLost = false;
        if (answer) return answer;
        await later(LOOK_MILLIS);
      } catch (problem) {
        if (!(problem instanceof ApiProblem)) throw problem;
        if (problem.code === "unauthenticated") {
          command.isLost = false;
          await nextKey();
          continue;
        }
        if (problem.code !== "unreachable" && problem.code !== "request_in_progress") throw problem;
        command.isLost = problem.code === "unreachable";
        await later(RETRY_MILLIS);
      }
    }
  }

  /** Its answer comes as ever. The service is asked until it has heard: the command may still be on its way to it. */
  async function stop(command: Command): Promise<void> {
    if (command.isStopping) return;
    command.isStopping = true;
    const params = { path: { id: threadId }, query: { key: command.key } };
    while (command.state === "running") {
      try {
        await data(api.DELETE("/api/threads/{id}/exec", { params }));
        return;
      } catch (problem) {
        if (!(problem instanceof ApiProblem)) throw problem;
        await later(STOP_RETRY_MILLIS);
      }
    }
  }

  for (const command of commands) if (command.state === "running") queue(command, () => settle(command, lookUp));

  return {
    commands,
    history,
    run,
    withdraw,
    stop,
    isRunning: computed(() => commands.some(({ state }) => state === "running" || state === "waiting")),
    clear: () => {
      for (let at = commands.length - 1; at >= 0; at--)
        if (commands[at]!.state !== "waiting" && commands[at]!.state !== "running") commands.splice(at, 1);
      save();
    },
    /** Called each time that a command ended. @returns what stops it */
    whenEnded(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export type Commands = ReturnType<typeof makeCommands>;

const ofThreads = new Map<string, Commands>();

/** The same for as long as the page is open. */
export function commandsOf(threadId: string): Commands {
  const known = ofThreads.get(threadId) ?? makeCommands(threadId);
  ofThreads.set(threadId, known);
  return known;
}
