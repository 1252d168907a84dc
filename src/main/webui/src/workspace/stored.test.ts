import { flushPromises } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiProblem } from "../api/client";
import { refusal, serve } from "../test-service";
import { makeCommands, type Command } from "./commands";
import { result } from "./testing";

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
    const answers = [{ running: true, output: "tw" }, result({ output: "two" }), result()];
    const asked = serve(() => answers.shift()!);
    vi.useFakeTimers();

    const { commands, run } = makeCommands("t");
    run("echo 4", false);
    const states = () => commands.map(({ line, state }) => [line, state]);
    expect(states().map(([, state]) => state)).toEqual(["ended", "running", "unrun", "waiting"]);
    await vi.advanceTimersByTimeAsync(500);
    expect(commands[1]!.printed).toBe("tw");
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

  it("leaves out a line that is too long alone, and nothing else", async () => {
    serve(() => Response.json(result()));
    const terminal = makeCommands("t");
    for (const line of ["first", "x".repeat(150_000), "last"]) terminal.run(line, false);
    await vi.waitFor(() => expect(terminal.isRunning.value).toBe(false));
    await flushPromises();

    expect(restored().map(({ line }) => line)).toEqual(["first", "last"]);
  });

  it("has twenty commands at most", async () => {
    await ran(Array.from({ length: 25 }, () => Response.json(result())));

    expect(restored().map(({ line }) => line)).toEqual(Array.from({ length: 20 }, (_, at) => `echo ${at + 6}`));
  });
});
