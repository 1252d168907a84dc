import type { Outcome } from "../api/client";
import { visibleLine } from "../text/visible";
import type { CallItem } from "../thread/fold";

export type Arguments = Record<string, unknown>;

/** How a call stands, in a word of `conversation.call.state` and a colour. */
export interface CallLook {
  word: string;
  colour: "success" | "error" | "warning" | "primary" | undefined;
}

const SUMMARY_CHARS = 200;
const BAD: Outcome[] = ["error", "timed_out", "oom_killed", "sandbox_lost"];

export function lookOf(call: CallItem): CallLook {
  if (call.state === "waiting") return { word: "waiting", colour: "warning" };
  if (call.state === "running") return { word: "running", colour: "primary" };
  if (call.state !== "done") return { word: call.state, colour: undefined };
  return outcomeOf(call);
}

function outcomeOf({ outcome, exitCode, interrupt, ran }: CallItem): CallLook {
  if (outcome === "ok" && interrupt && !ran) return { word: "answered", colour: undefined };
  if (outcome === "exited") return { word: "exited", colour: exitCode === 0 ? "success" : "error" };
  if (outcome === "ok") return { word: "ok", colour: "success" };
  if (outcome === undefined) return { word: "unfinished", colour: undefined };
  if (outcome === "outcome_unknown") return { word: outcome, colour: "warning" };
  return { word: outcome, colour: BAD.includes(outcome) ? "error" : undefined };
}

/** What the model wrote, once it is whole and is what it should be. */
export function parsedArgs(call: CallItem): Arguments | undefined {
  if (call.state === "writing") return undefined;
  try {
    const parsed: unknown = JSON.parse(call.args);
    return typeof parsed === "object" && parsed !== null ? (parsed as Arguments) : undefined;
  } catch {
    return undefined;
  }
}

/** What runs, or ran. */
export const actualArgs = (call: CallItem) => call.ranArgs ?? parsedArgs(call);

/** A call in one line: its command, its path, or all of it. */
export function summaryOf(args: Arguments | undefined): string {
  if (!args) return "";
  const named = ["command", "file_path", "pattern", "path"].map((name) => args[name]);
  const telling = named.find((value): value is string => typeof value === "string" && value !== "");
  const line = (telling ?? JSON.stringify(args)).trim();
  const [first = ""] = line.slice(0, SUMMARY_CHARS).split("\n");
  return visibleLine(first) + (first.length < line.length ? " …" : "");
}

/** A time in a key of `conversation.duration` and its numbers. */
export function durationOf(millis: number): { key: "instant" | "seconds" | "minutes"; s: string; m: number } {
  if (millis < 100) return { key: "instant", s: "", m: 0 };
  const seconds = millis / 1000;
  if (seconds < 60) return { key: "seconds", s: seconds.toFixed(seconds < 10 ? 1 : 0), m: 0 };
  return { key: "minutes", s: String(Math.floor(seconds % 60)).padStart(2, "0"), m: Math.floor(seconds / 60) };
}
