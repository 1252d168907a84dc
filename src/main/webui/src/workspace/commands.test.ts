import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import CommandCard from "./CommandCard.vue";
import { makeCommands, type Command, type ExecResult } from "./commands";
import { HOSTILE, json, problem, serve, show } from "./testing";

const result = (fields: Partial<ExecResult> = {}): ExecResult => ({
  output: "",
  exit_code: 0,
  outcome: "exited",
  truncated: false,
  duration_ms: 1500,
  ...fields,
});

describe("commands", () => {
  beforeEach(() => sessionStorage.clear());
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it("run one after the other", async () => {
    const answers: ((answer: Response) => void)[] = [];
    const asked = serve(() => new Promise((answer) => answers.push(answer)));
    const { commands, run, isRunning } = makeCommands("t");

    run("first", false);
    run("second", false);
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    expect(commands.map(({ state }) => state)).toEqual(["running", "waiting"]);
    answers[0]!(json(result({ exit_code: 3 })));

    await vi.waitFor(() => expect(asked).toHaveLength(2));
    expect(commands.map(({ state }) => state)).toEqual(["ended", "running"]);
    answers[1]!(json({ id: "process" }));
    await vi.waitFor(() => expect(commands[1]!.state).toBe("background"));
    expect(isRunning.value).toBe(false);
    expect(await asked[0]!.json()).toEqual({ command: "first", background: false });
  });

  it("ask again for a lost answer, with the same key", async () => {
    vi.useFakeTimers();
    const answers = [
      () => Promise.reject(new TypeError("network")),
      () => problem(409, "request_in_progress"),
      () => json(result({ output: "once" })),
    ];
    const asked = serve(() => answers.shift()!());
    const { commands, run } = makeCommands("t");

    run("touch x", false);
    await vi.advanceTimersByTimeAsync(100);
    expect(commands[0]!.isLost).toBe(true);
    await vi.advanceTimersByTimeAsync(10_000);

    expect(commands[0]).toMatchObject({ state: "ended", isLost: false, result: { output: "once" } });
    const keys = asked.map(({ headers }) => headers.get("Idempotency-Key"));
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(keys).size).toBe(1);
    expect(keys).toHaveLength(3);
  });

  it("that are refused let the next one run", async () => {
    const answers = [problem(503, "overloaded", "Too many."), json(result())];
    serve(() => answers.shift()!);
    const { commands, run } = makeCommands("t");

    run("a", false);
    run("b", false);

    await vi.waitFor(() => expect(commands.map(({ state }) => state)).toEqual(["failed", "ended"]));
    expect(commands[0]!.problem?.code).toBe("overloaded");
  });

  it("are remembered for this tab, each once", () => {
    serve(() => json(result()));
    const { run } = makeCommands("t");
    ["ls", "pwd", "ls"].forEach((line) => run(line, false));

    expect(makeCommands("t").history.value).toEqual(["pwd", "ls"]);
    expect(makeCommands("other").history.value).toEqual([]);
  });
});

describe("CommandCard", () => {
  afterEach(() => document.body.replaceChildren());

  const card = (fields: Partial<Command>, now = 0) => {
    const command = {
      id: 1,
      line: "ls",
      state: "ended",
      isLost: false,
      startedAt: 0,
      result: undefined,
      problem: undefined,
    };
    return show(CommandCard, { command: { ...command, ...fields }, now });
  };

  it.each([
    [result({ exit_code: 3 }), "Exit code 3 · 1.5s"],
    [result({ exit_code: null, outcome: "timed_out" }), "Took too long and was ended · 1.5s"],
    [result({ exit_code: null, outcome: "outcome_unknown" }), "Nobody knows how it ended. It may have run."],
    [
      result({ exit_code: null, outcome: "error", reason: "The workspace is full.\u202e" }),
      "The workspace is full.⟨U+202E⟩",
    ],
    [result({ truncated: true }), "The output was too long"],
  ])("says how it ended: %j", (ended, words) => {
    expect(card({ result: ended }).text()).toContain(words);
  });

  it("counts the time while it runs", () => {
    expect(card({ state: "running", startedAt: 1_000 }, 66_000).text()).toContain("Running, 1m 5s");
  });

  it("shows commands and output as text", () => {
    const wrapper = card({ line: HOSTILE, result: result({ output: `\u001b[31m${HOSTILE}\u001b[0m` }) });

    expect(wrapper.find("img").exists()).toBe(false);
    expect(wrapper.text()).toContain("⟨U+202E⟩gpj.exe");
    expect(wrapper.get(".tt-red").text()).toContain("<img src=x onerror=alert(1)>");
  });
});
