import { flushPromises, type VueWrapper } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiProblem, giveKey, keyWanted } from "../api/client";
import { refusal, serve } from "../test-service";
import CommandCard from "./CommandCard.vue";
import { makeCommands, type Command, type ExecResult } from "./commands";
import TerminalView from "./TerminalView.vue";
import { HOSTILE, show } from "./testing";

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
    answers[0]!(Response.json(result({ exit_code: 3 })));

    await vi.waitFor(() => expect(asked).toHaveLength(2));
    expect(commands.map(({ state }) => state)).toEqual(["ended", "running"]);
    answers[1]!(Response.json({ id: "process" }));
    await vi.waitFor(() => expect(commands[1]!.state).toBe("background"));
    expect(isRunning.value).toBe(false);
    expect(await asked[0]!.json()).toEqual({ command: "first", background: false });
  });

  it("ask again for a lost answer, with the same key", async () => {
    vi.useFakeTimers();
    const answers = [
      () => Promise.reject(new TypeError("network")),
      () => refusal(409, "request_in_progress"),
      () => Response.json(result({ output: "once" })),
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

  it("that wait can be taken back, and what goes on in the background waits for nothing", async () => {
    const answers: ((answer: Response) => void)[] = [];
    const asked = serve(() => new Promise((answer) => answers.push(answer)));
    const { commands, run, withdraw } = makeCommands("t");
    run("first", false);
    run("second", false);
    run("third", false);
    run("server", true);
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    expect(await asked[1]!.clone().json()).toEqual({ command: "server", background: true });

    withdraw(commands[1]!);
    withdraw(commands[0]!);
    expect(commands.map(({ line }) => line)).toEqual(["first", "third", "server"]);
    answers[0]!(Response.json(result()));

    await vi.waitFor(() => expect(asked).toHaveLength(3));
    expect(await asked[2]!.json()).toMatchObject({ command: "third" });
  });

  it("go on with the same request once the key is there", async () => {
    const answers = [refusal(401, "unauthenticated"), Response.json(result({ output: "once" }))];
    const asked = serve(() => answers.shift()!);
    const { commands, run } = makeCommands("t");
    run("date >> ran", false);
    await vi.waitFor(() => expect(keyWanted.value).toBe(true));
    expect(commands[0]!.state).toBe("running");

    giveKey("right");

    await vi.waitFor(() => expect(commands[0]).toMatchObject({ state: "ended", result: { output: "once" } }));
    expect(new Set(asked.map(({ headers }) => headers.get("Idempotency-Key"))).size).toBe(1);
  });

  it("are stopped by their key, as soon as the service knows of them", async () => {
    vi.useFakeTimers();
    let answer = (_: Response) => {};
    const stops = [refusal(409, "nothing_running"), new Response(null, { status: 204 })];
    const asked = serve((request) =>
      request.method === "DELETE" ? stops.shift()! : new Promise<Response>((then) => (answer = then)),
    );
    const { commands, run, stop } = makeCommands("t");
    run("sleep 100", false);
    run("next", false);
    await vi.advanceTimersByTimeAsync(0);

    void stop(commands[0]!);
    void stop(commands[0]!);
    await vi.advanceTimersByTimeAsync(2_000);

    expect(stops).toEqual([]);
    expect(asked.map(({ method }) => method)).toEqual(["POST", "DELETE", "DELETE"]);
    expect(new URL(asked[1]!.url).searchParams.get("key")).toBe(asked[0]!.headers.get("Idempotency-Key"));
    expect(commands[0]).toMatchObject({ state: "running", isStopping: true });
    answer(Response.json(result({ outcome: "cancelled", exit_code: null })));
    await vi.advanceTimersByTimeAsync(0);
    expect(commands.map(({ state }) => state)).toEqual(["ended", "running"]);
  });

  it("that ended meanwhile aren't stopped again and again", async () => {
    vi.useFakeTimers();
    let answer = (_: Response) => {};
    const asked = serve(({ method }) =>
      method === "DELETE" ? refusal(409, "nothing_running") : new Promise<Response>((then) => (answer = then)),
    );
    const { commands, run, stop } = makeCommands("t");
    run("true", false);
    await vi.advanceTimersByTimeAsync(0);

    void stop(commands[0]!);
    await vi.advanceTimersByTimeAsync(0);
    answer(Response.json(result()));
    await vi.advanceTimersByTimeAsync(10_000);

    expect(asked.map(({ method }) => method)).toEqual(["POST", "DELETE"]);
    expect(commands[0]!.state).toBe("ended");
  });

  it("that are refused let the next one run", async () => {
    const answers = [refusal(503, "overloaded", "Too many."), Response.json(result())];
    serve(() => answers.shift()!);
    const { commands, run } = makeCommands("t");

    run("a", false);
    run("b", false);

    await vi.waitFor(() => expect(commands.map(({ state }) => state)).toEqual(["failed", "ended"]));
    expect(commands[0]!.problem?.code).toBe("overloaded");
  });

  it("are remembered for this tab, each once", async () => {
    serve(() => Response.json(result()));
    const { run, isRunning } = makeCommands("t");

    ["ls", "pwd", "ls"].forEach((line) => run(line, false));
    await vi.waitFor(() => expect(isRunning.value).toBe(false));

    expect(makeCommands("t").history.value).toEqual(["pwd", "ls"]);
    expect(makeCommands("other").history.value).toEqual([]);
  });
});

describe("a terminal after a reload", () => {
  beforeEach(() => sessionStorage.clear());
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  /** As a page would that is loaded anew. */
  const restored = () => makeCommands("t").commands;

  async function ran(answers: (Response | Promise<Response>)[], count = answers.length) {
    serve(() => answers.shift()!);
    const terminal = makeCommands("t");
    for (let at = 1; at <= count; at++) terminal.run(`echo ${at}`, false);
    await vi.waitFor(() => expect(answers).toHaveLength(0));
    await flushPromises();
    return terminal;
  }

  it("has what ended, and why something didn't run", async () => {
    const answers = [
      Response.json(result({ output: "one" })),
      refusal(503, "overloaded", "Too many."),
      Response.json({ id: "p" }),
    ];
    const { clear } = await ran(answers);

    expect(restored().map(({ id, line, state }) => [id, line, state])).toEqual([
      [1, "echo 1", "ended"],
      [2, "echo 2", "failed"],
      [3, "echo 3", "background"],
    ]);
    expect(restored()[0]!.result?.output).toBe("one");
    expect(restored()[1]!.problem).toEqual(new ApiProblem("overloaded", "Too many.", 503));
    expect(makeCommands("other").commands).toEqual([]);
    clear();
    expect(restored()).toEqual([]);
  });

  it("asks how the command ended that ran, and says what never did", async () => {
    await ran([Response.json(result()), new Promise<Response>(() => {})], 3);
    const key = JSON.parse(sessionStorage.getItem("holdpoint.terminal.t")!)[1].key as string;
    const answers = [refusal(409, "request_in_progress"), Response.json(result({ output: "two" }))];
    const asked = serve(() => answers.shift()!);
    vi.useFakeTimers();

    const { commands, run } = makeCommands("t");
    run("echo 4", false);
    const states = () => commands.map(({ line, state }) => [line, state]);
    expect(states().map(([, state]) => state)).toEqual(["ended", "running", "unrun", "waiting"]);
    await vi.advanceTimersByTimeAsync(1_000);
    answers.push(Response.json(result()));
    await vi.advanceTimersByTimeAsync(5_000);

    expect(states().map(([, state]) => state)).toEqual(["ended", "ended", "unrun", "ended"]);
    expect(commands[1]!.result?.output).toBe("two");
    expect(asked.map(({ method }) => method)).toEqual(["GET", "GET", "POST"]);
    expect(new URL(asked[0]!.url).searchParams.get("key")).toBe(key);
  });

  it.each([
    ["the service never had it", {}, [() => refusal(404, "not_found")]],
    ["it went to the background", { background: true }, []],
    ["it is of an older page", { key: undefined }, []],
  ])("doesn't claim to know how a command ended that ran: %s", async (_, fields, answers) => {
    await ran([new Promise<Response>(() => {})]);
    const [command] = JSON.parse(sessionStorage.getItem("holdpoint.terminal.t")!) as Command[];
    sessionStorage.setItem("holdpoint.terminal.t", JSON.stringify([{ ...command, ...fields }]));
    const asked = serve(() => answers[0]!());

    const { commands } = makeCommands("t");

    await vi.waitFor(() => expect(commands[0]!.state).toBe("left"));
    expect(asked.map(({ method }) => method)).toEqual(answers.map(() => "GET"));
  });

  it("has the latest only, and so much of their outputs", async () => {
    const outputs = Array.from({ length: 22 }, (_, at) => "x".repeat(at < 20 ? 10 : 60_000) + at);
    await ran(outputs.map((output) => Response.json(result({ output }))));

    const [first, last] = restored();
    expect(restored()).toHaveLength(2);
    expect(last!.result).toMatchObject({ output: outputs[21], truncated: false });
    expect(first!.result).toMatchObject({ truncated: true });
    expect(first!.result!.output).toMatch(/^x{39000,39990}20$/);
  });

  it("has twenty commands at most", async () => {
    await ran(Array.from({ length: 25 }, () => Response.json(result())));

    expect(restored().map(({ line }) => line)).toEqual(Array.from({ length: 20 }, (_, at) => `echo ${at + 6}`));
  });
});

describe("TerminalView", () => {
  beforeEach(() => sessionStorage.clear());
  afterEach(() => {
    vi.unstubAllGlobals();
    document.body.replaceChildren();
  });

  it("stops what runs by Ctrl+C, unless that copies something", async () => {
    const asked = serve(({ method }) => (method === "GET" ? { processes: [] } : new Promise<Response>(() => {})));
    const wrapper = show(TerminalView, { threadId: "interrupt", revision: 0 });
    const field = wrapper.get("textarea");
    const stops = () => asked.filter(({ method }) => method === "DELETE");
    await field.setValue("sleep 100");
    await field.trigger("keydown", { key: "Enter" });
    await vi.waitFor(() => expect(asked.some(({ method }) => method === "POST")).toBe(true));
    await field.setValue("draft");

    field.element.setSelectionRange(0, 5);
    await field.trigger("keydown", { key: "c", ctrlKey: true });
    expect(stops()).toHaveLength(0);
    field.element.setSelectionRange(5, 5);
    await field.trigger("keydown", { key: "c", ctrlKey: true });

    await vi.waitFor(() => expect(stops()).toHaveLength(1));
    expect(wrapper.text()).toContain("Being stopped");
  });

  it("starts one command in the background, and the next one not", async () => {
    const asked = serve((request) => Response.json(request.method === "POST" ? { id: "p" } : { processes: [] }));
    const wrapper = show(TerminalView, { threadId: "background", revision: 0 });
    const box = wrapper.get<HTMLInputElement>("input[type=checkbox]");
    await box.setValue(true);

    for (const line of ["sleep 60", "ls"]) {
      await wrapper.get("textarea").setValue(line);
      await wrapper.get("textarea").trigger("keydown", { key: "Enter" });
    }

    const sent = () => asked.filter(({ method }) => method === "POST");
    await vi.waitFor(() => expect(sent()).toHaveLength(2));
    const bodies = await Promise.all(sent().map((request) => request.json()));
    expect(bodies).toEqual([
      { command: "sleep 60", background: true },
      { command: "ls", background: false },
    ]);
    expect(box.element.checked).toBe(false);
  });
});

describe("a command that is being written", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    sessionStorage.clear();
    document.body.replaceChildren();
  });

  const terminal = (threadId: string) => show(TerminalView, { threadId, revision: 0 });
  const written = (wrapper: VueWrapper) => wrapper.get<HTMLTextAreaElement>("textarea").element.value;

  it("is kept for its thread when the terminal closes, until it runs", async () => {
    serve((request) => (request.method === "POST" ? result() : { processes: [] }));
    const before = terminal("written");
    await before.get("textarea").setValue("make half");
    before.unmount();

    expect(written(terminal("another"))).toBe("");
    const after = terminal("written");
    expect(written(after)).toBe("make half");
    await after.get("textarea").trigger("keydown", { key: "Enter" });
    after.unmount();
    expect(written(terminal("written"))).toBe("");
  });
});

describe("CommandCard", () => {
  afterEach(() => document.body.replaceChildren());

  const card = (fields: Partial<Command>, now = 0) => {
    const command = {
      id: 1,
      line: "ls",
      state: "ended",
      key: "k",
      background: false,
      isLost: false,
      isStopping: false,
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
