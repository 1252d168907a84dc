import { computed, reactive, ref } from "vue";
import { api, ApiProblem, data, nextKey, type Schemas } from "../api/client";
import { idempotencyKey } from "../api/idempotency";
import { keptForTab } from "../shell/kept";
import { restored, store } from "./stored";

export type ExecResult = Schemas["ExecResult"];

/** A command of the person's own. waiting: for the one before; background: it became a process; left: the page went away first; unrun: before it began. */
export interface Command {
  id: number;
  line: string;
  state: "waiting" | "running" | "ended" | "background" | "failed" | "left" | "unrun";
  /** Whether the service didn't answer, and is asked again. */
  isLost: boolean;
  startedAt: number;
  result: ExecResult | undefined;
  problem: ApiProblem | undefined;
}

const KEPT_COMMANDS = 50;
const KEPT_LINES = 100;
const RETRY_MILLIS = 2_000;

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
    const fields = { id: ++lastId, line, isLost: false, startedAt: 0, result: undefined, problem: undefined };
    commands.push({ ...fields, state: "waiting" });
    const command = commands.at(-1)!;
    if (commands.length > KEPT_COMMANDS && commands[0]!.state !== "waiting") commands.shift();
    save();
    // What goes on in the background holds no connection.
    const before = background ? Promise.resolve() : last;
    const done = before
      .then(() => (commands.includes(command) ? execute(command, background) : undefined))
      .finally(() => listeners.forEach((ended) => ended()));
    if (!background) last = done.catch(() => {});
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

  async function execute(command: Command, background: boolean): Promise<void> {
    command.state = "running";
    command.startedAt = performance.now();
    save();
    try {
      const result = await answerOf(command, background);
      command.state = "outcome" in result ? "ended" : "background";
      if ("outcome" in result) command.result = result;
    } catch (problem) {
      command.state = "failed";
      if (!(problem instanceof ApiProblem)) throw problem;
      command.problem = problem;
    } finally {
      command.isLost = false;
      save();
    }
  }

  /** Asks until there is an answer: with its key the command runs once, however often it is sent. */
  async function answerOf(command: Command, background: boolean): Promise<ExecResult | Schemas["StartedProcess"]> {
    const params = { path: { id: threadId }, header: { "Idempotency-Key": idempotencyKey() } };
    const body = { command: command.line, background };
    for (;;) {
      try {
        const answer = await data(api.POST("/api/threads/{id}/exec", { params, body }));
        return answer;
      } catch (problem) {
        if (!(problem instanceof ApiProblem)) throw problem;
        if (problem.code === "unauthenticated") {
          command.isLost = false;
          await nextKey();
          continue;
        }
        if (problem.code !== "unreachable" && problem.code !== "request_in_progress") throw problem;
        command.isLost = problem.code === "unreachable";
        await new Promise((later) => setTimeout(later, RETRY_MILLIS));
      }
    }
  }

  return {
    commands,
    history,
    run,
    withdraw,
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
