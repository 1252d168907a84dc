import { ApiProblem } from "../api/client";
import { keptForTab } from "../shell/kept";
import type { Command } from "./commands";

const KEPT_COMMANDS = 20;
const KEPT_CHARS = 100_000;

const nameOf = (threadId: string) => `holdpoint.terminal.${threadId}`;

/** Keeps a thread's terminal for this tab, over reloads: the latest commands, and of their outputs what there is room for. */
export function store(threadId: string, commands: readonly Command[]): void {
  keptForTab.set(nameOf(threadId), JSON.stringify(fitting(commands).map(plain)));
}

/** What ran when the page went away may run still; what waited never ran. */
export function restored(threadId: string): Command[] {
  const kept = JSON.parse(keptForTab.get(nameOf(threadId)) ?? "[]") as Command[];
  return kept.map((command, index) => ({
    ...command,
    id: index + 1,
    isLost: false,
    isStopping: false,
    printed: "",
    state: stateAfter(command),
    problem: command.problem && new ApiProblem(command.problem.code, command.problem.message, command.problem.status),
  }));
}

/** What goes on in the background is in a list of its own; a command of an older page has no key to ask by. */
function stateAfter({ state, key, background }: Command): Command["state"] {
  if (state === "waiting") return "unrun";
  return state === "running" && (background || !key) ? "left" : state;
}

/** The newest first; where the room ends, the end of an output is kept. */
function fitting(commands: readonly Command[]): Command[] {
  const kept: Command[] = [];
  let room = KEPT_CHARS;
  for (const command of commands.slice(-KEPT_COMMANDS).toReversed()) {
    if (command.line.length >= room) continue;
    room -= command.line.length;
    kept.unshift(shortened(command, room));
    room -= command.result?.output.length ?? 0;
  }
  return kept;
}

function shortened(command: Command, room: number): Command {
  const { result } = command;
  if (!result || result.output.length <= room) return command;
  return { ...command, result: { ...result, output: result.output.slice(-room), truncated: true } };
}

/** An error's message is none of the fields that JSON takes. */
function plain({ problem, printed: _, ...command }: Command): object {
  return problem ? { ...command, problem: { ...problem, message: problem.message } } : command;
}
