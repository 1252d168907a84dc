import { type VueWrapper } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { giveKey, keyWanted } from "../api/client";
import { refusal, serve } from "../test-service";
import CommandCard from "./CommandCard.vue";
import { makeCommands, type Command } from "./commands";
import TerminalView from "./TerminalView.vue";
import { HOSTILE, result, show } from "./testing";

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
    const asked = serve(({ method }) => (method === "POST" ? answers.shift()!() : refusal(404, "not_found")));
    const { commands, run } = makeCommands("t");

    run("touch x", false);
    await vi.advanceTimersByTimeAsync(100);
    expect(commands[0]!.isLost).toBe(true);
    await vi.advanceTimersByTimeAsync(10_000);

    expect(commands[0]).toMatchObject({ state: "ended", isLost: false, result: { output: "once" } });
    const sent = asked.filter(({ method }) => method === "POST");
    const keys = sent.map(({ headers }) => headers.get("Idempotency-Key"));
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

  it("show what they print while they run, and say what is wrong only once", async () => {
    vi.useFakeTimers();
    let answer = (_: Response) => {};
    const looks = [Response.json({ running: true, output: "1 of 3" }), refusal(503, "store_unavailable")];
    const asked = serve(({ method }) =>
      method === "GET"
        ? (looks.shift() ?? { running: true, output: "2 of 3" })
        : new Promise((then) => (answer = then)),
    );
    const { commands, run } = makeCommands("t");
    run("make", false);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(commands[0]!.printed).toBe("1 of 3");
    expect(sessionStorage.getItem("holdpoint.terminal.t")).not.toContain("1 of 3");

    await vi.advanceTimersByTimeAsync(2_000);
    expect(commands[0]).toMatchObject({ state: "running", printed: "2 of 3", problem: undefined });
    answer(Response.json(result({ output: "3 of 3" })));
    await vi.advanceTimersByTimeAsync(10_000);

    expect(asked.map(({ method }) => method)).toEqual(["POST", "GET", "GET", "GET"]);
  });

  it("are stopped by their key, as soon as the service knows of them", async () => {
    vi.useFakeTimers();
    let answer = (_: Response) => {};
    const stops = [refusal(409, "nothing_running"), new Response(null, { status: 204 })];
    const asked = serve({
      "POST /api/threads/t/exec": () => new Promise((then) => (answer = then)),
      "GET /api/threads/t/exec": () => ({ running: true, output: "" }),
      "DELETE /api/threads/t/exec": () => stops.shift()!,
    });
    const { commands, run, stop } = makeCommands("t");
    run("sleep 100", false);
    run("next", false);
    await vi.advanceTimersByTimeAsync(0);

    void stop(commands[0]!);
    void stop(commands[0]!);
    await vi.advanceTimersByTimeAsync(2_000);

    expect(stops).toEqual([]);
    expect(asked.map(({ method }) => method).filter((method) => method !== "GET")).toEqual([
      "POST",
      "DELETE",
      "DELETE",
    ]);
    expect(new URL(asked[1]!.url).searchParams.get("key")).toBe(asked[0]!.headers.get("Idempotency-Key"));
    expect(commands[0]).toMatchObject({ state: "running", isStopping: true });
    answer(Response.json(result({ outcome: "cancelled", exit_code: null })));
    await vi.advanceTimersByTimeAsync(0);
    expect(commands.map(({ state }) => state)).toEqual(["ended", "running"]);
  });

  it("that are stopped while the service is away aren't sent again, only asked after", async () => {
    vi.useFakeTimers();
    let isAway = true;
    const answers = {
      POST: () => result({ output: "ran" }),
      GET: () => refusal(404, "not_found"),
      DELETE: () => refusal(409, "nothing_running"),
    };
    const asked = serve(({ method }) => {
      if (isAway) throw new TypeError("network");
      return answers[method as keyof typeof answers]();
    });
    const { commands, run, stop } = makeCommands("t");
    run("touch x", false);
    await vi.advanceTimersByTimeAsync(100);
    expect(commands[0]!.isLost).toBe(true);

    void stop(commands[0]!);
    isAway = false;
    asked.length = 0;
    await vi.advanceTimersByTimeAsync(10_000);

    expect(asked.map(({ method }) => method)).not.toContain("POST");
    expect(commands[0]).toMatchObject({ state: "ended", result: { outcome: "cancelled", output: "" } });
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
      printed: "",
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

  it("counts the time while it runs, and shows what came so far", () => {
    const running = card({ state: "running", startedAt: 1_000, printed: "so far" }, 66_000);
    expect(running.text()).toContain("Running, 1m 5s");
    expect(running.get("pre.output, .box").text()).toBe("so far");
    expect(card({ printed: "so far", result: result({ output: "whole" }) }).text()).not.toContain("so far");
  });

  it("keeps what was seen of a command that the service lost, and claims no time", () => {
    const text = card({ printed: "seen", result: result({ outcome: "outcome_unknown", exit_code: null }) }).text();
    expect(text).toContain("seen");
    expect(text).toMatch(/It may have run\.$/);
    expect(card({ printed: "queued", result: result() }).text()).not.toContain("queued");
  });

  it("says that it is being stopped, also while the service is away", () => {
    expect(card({ state: "running", isStopping: true, isLost: true }).text()).toContain("Being stopped");
  });

  it("tells when a button that had the focus has gone with the state", async () => {
    const wrapper = card({ state: "running" });
    wrapper.get<HTMLElement>("button").element.focus();
    const { command } = wrapper.props() as { command: Command };
    await wrapper.setProps({ command: { ...command, state: "ended", result: result() } });
    await vi.waitFor(() => expect(wrapper.emitted("unfocused")).toHaveLength(1));

    await wrapper.setProps({ command: { ...command, state: "running" } });
    await wrapper.setProps({ command: { ...command, state: "ended", result: result() } });
    expect(wrapper.emitted("unfocused")).toHaveLength(1);
  });

  it("shows commands and output as text", () => {
    const wrapper = card({ line: HOSTILE, result: result({ output: `\u001b[31m${HOSTILE}\u001b[0m` }) });

    expect(wrapper.find("img").exists()).toBe(false);
    expect(wrapper.text()).toContain("⟨U+202E⟩gpj.exe");
    expect(wrapper.get(".tt-red").text()).toContain("<img src=x onerror=alert(1)>");
  });
});
