import { describe, expect, it } from "vitest";
import type { CallItem } from "../thread/fold";
import { actualArgs, durationOf, lookOf, summaryOf } from "./call";

const call = (some: Partial<CallItem>) => ({ state: "done", args: "{}", ...some }) as CallItem;

describe("a call", () => {
  it.each([
    [{ outcome: "exited", exitCode: 0 }, "success"],
    [{ outcome: "exited", exitCode: 1 }, "error"],
    [{ outcome: "ok" }, "success"],
    [{ outcome: "ok", interrupt: {} as CallItem["interrupt"], ran: true }, "success"],
    [{ outcome: "ok", interrupt: {} as CallItem["interrupt"], ran: false }, undefined],
    [{ outcome: "timed_out" }, "error"],
    [{ outcome: "outcome_unknown" }, "warning"],
    [{ outcome: "rejected" }, undefined],
    [{ state: "waiting" }, "warning"],
    [{ state: "running" }, "primary"],
  ] as [Partial<CallItem>, string | undefined][])("that is %o looks like it", (some, colour) => {
    expect(lookOf(call(some)).colour).toBe(colour);
  });

  it.each([
    [{ command: "ls -l\nrm x" }, "ls -l …"],
    [{ file_path: "/a\u202eb" }, "/a⟨U+202E⟩b"],
    [{ pattern: "*.py", path: "/" }, "*.py"],
    [{ x: 1 }, '{"x":1}'],
  ])("with %o says so in a line", (args, line) => {
    expect(summaryOf(args)).toBe(line);
  });

  it("shows what a person put in the place of the model's arguments", () => {
    expect(actualArgs(call({ args: '{"command":"a"}', ranArgs: { command: "b" } }))).toEqual({ command: "b" });
    expect(actualArgs(call({ args: '{"command":"a"}' }))).toEqual({ command: "a" });
    expect(actualArgs(call({ args: "{" }))).toBeUndefined();
  });

  it.each([
    [90, "instant", "", 0],
    [12_300, "seconds", "12", 0],
    [125_000, "minutes", "05", 2],
  ])("of %d ms took %s", (millis, key, s, m) => {
    expect(durationOf(millis)).toEqual({ key, s, m });
  });
});
