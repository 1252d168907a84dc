import { flushPromises, mount } from "@vue/test-utils";
import { describe, expect, it, vi } from "vitest";
import { reactive } from "vue";
import { i18n } from "../shell/i18n";
import { vuetify } from "../test-vuetify";
import type { CallItem } from "../thread/fold";
import CallCard from "./CallCard.vue";

const newCall = (some: Partial<CallItem>): CallItem =>
  reactive({
    kind: "call",
    id: "c1",
    forkAt: undefined,
    messageId: "m1",
    name: "execute",
    args: '{"command":"make all"}',
    ranArgs: undefined,
    state: "running",
    interrupt: undefined,
    output: [],
    outputCut: false,
    result: undefined,
    outcome: undefined,
    exitCode: undefined,
    durationMs: undefined,
    truncated: false,
    ran: true,
    startedAt: undefined,
    ...some,
  }) as CallItem;

const shown = (call: CallItem) => mount(CallCard, { props: { call }, global: { plugins: [vuetify, i18n] } });
const head = (card: ReturnType<typeof shown>) => card.get("[aria-expanded]");

describe("CallCard", () => {
  it("is open while it runs, with its output in colours, and folds when it is done", async () => {
    const call = newCall({ output: [{ stream: "stdout", text: "\u001b[31mred\u001b[0m <b>x</b>" }] });
    const card = shown(call);
    expect(head(card).attributes("aria-expanded")).toBe("true");
    expect(card.get(".tt-red").text()).toBe("red");
    expect(card.get("pre.output").text()).toBe("red <b>x</b>");

    Object.assign(call, {
      state: "done",
      outcome: "exited",
      exitCode: 2,
      durationMs: 61_000,
      result: "red",
    });
    await flushPromises();

    expect(head(card).attributes("aria-expanded")).toBe("false");
    expect(head(card).text()).toContain("exit code 2");
    expect(head(card).text()).toContain("1 min 01 s");
    expect(card.find("pre").exists()).toBe(false);
  });

  it("tells how long it took, if it ran at all", () => {
    const done = { state: "done", durationMs: 0 } as const;

    expect(head(shown(newCall({ ...done, outcome: "ok" }))).text()).toContain("under 0.1 s");
    expect(head(shown(newCall({ ...done, outcome: "rejected", ran: false }))).text()).not.toMatch(/\d s/);
  });

  it("keeps what was seen of a command whose end nobody knows, and claims no time that nobody took", async () => {
    const output = [{ stream: "stdout" as const, text: "tick 8" }];
    const unknown = shown(newCall({ state: "done", outcome: "outcome_unknown", result: "?", output, durationMs: 0 }));
    await head(unknown).trigger("click");
    expect(unknown.findAll("pre.output").map((pre) => pre.text())).toEqual(["tick 8", "?"]);
    expect(head(unknown).text()).not.toMatch(/\d s/);
  });

  it.each(["exited", "cancelled", "sandbox_lost"] as const)(
    "shows once what a command printed that %s",
    async (outcome) => {
      const output = [{ stream: "stdout" as const, text: "tick 8" }];
      const ended = shown(newCall({ state: "done", outcome, exitCode: 0, result: "tick 8", output }));
      await head(ended).trigger("click");
      expect(ended.findAll("pre.output")).toHaveLength(1);
    },
  );

  it("says that a person answered in its place", () => {
    const interrupt = {} as CallItem["interrupt"];
    const card = shown(newCall({ state: "done", outcome: "ok", result: "no need", ran: false, interrupt }));

    expect(head(card).text()).toContain("answered by a person, did not run");
  });

  it("counts the time of what began before one's eyes only", async () => {
    vi.useFakeTimers();
    const seen = shown(newCall({ startedAt: performance.now() }));
    const replayed = shown(newCall({}));

    await vi.advanceTimersByTimeAsync(3_000);

    expect(head(seen).text()).toContain("3.0 s");
    expect(head(replayed).text()).not.toMatch(/\d s/);
    vi.useRealTimers();
  });

  it("opens with a click, and then has its result", async () => {
    const card = shown(newCall({ state: "done", outcome: "ok", result: "all made" }));

    await head(card).trigger("click");

    expect(card.get("pre.output").text()).toBe("all made");
  });

  it("can be forked where it is all of its answer", async () => {
    const card = shown(newCall({ forkAt: 7 }));

    await card.get('[aria-label^="Go on from here"]').trigger("click");

    expect(card.emitted("fork")).toEqual([[7]]);
    expect(shown(newCall({})).find('[aria-label^="Go on from here"]').exists()).toBe(false);
  });

  it("says in one line what it is about, with nothing hidden", () => {
    const card = shown(newCall({ name: "read\u200b_file", args: '{"file_path":"/a\\u202eb"}' }));

    expect(head(card).text()).toContain("read⟨U+200B⟩_file");
    expect(head(card).text()).toContain("/a⟨U+202E⟩b");
  });

  it("shows what ran when a person changed it, and what the model had asked for when wanted", async () => {
    const card = shown(newCall({ ranArgs: { command: "make one" } }));
    expect(card.get(".code").text()).toBe("make one");
    expect(card.text()).not.toContain("make all");

    await card.findAll("button[aria-expanded]")[1]!.trigger("click");

    expect(card.text()).toContain("make all");
  });

  it("shows arguments as far as they are written", () => {
    const call = newCall({ state: "writing", args: '{"command":"ma' });
    const card = mount(CallCard, { props: { call }, global: { plugins: [vuetify, i18n] } });
    expect(head(card).attributes("aria-expanded")).toBe("false");
    expect(head(card).text()).toContain("being written");
  });

  it("says that its beginning is left out", async () => {
    const output = [{ stream: "stdout" as const, text: "x".repeat(60_000) + "end" }];
    const card = shown(newCall({ output }));

    expect(card.text()).toContain("left out");
    expect(card.get("pre.output").text()).toHaveLength(50_000);
  });

  it("is quiet about plans, which are shown beside", () => {
    const card = shown(newCall({ name: "write_todos", args: '{"todos":[]}' }));

    expect(head(card).attributes("aria-expanded")).toBe("false");
    expect(head(card).text()).toContain("updates the to-dos");
  });

  it("shows a change of a file line by line, in its colours", async () => {
    const args = JSON.stringify({ file_path: "/a.py", old_string: "one\ntwo\n", new_string: "one\nreturn 2\n" });
    const card = shown(newCall({ name: "edit_file", args }));

    await expect.poll(() => card.findAll("del, ins").map((line) => line.text())).toEqual(["-two", "+return 2"]);
    await expect.poll(() => card.find("ins .hljs-keyword").exists()).toBe(true);
  });

  it("says nothing of the end of a file, of which it knows a piece", async () => {
    const args = JSON.stringify({ file_path: "/workspace/a.py", old_string: "one", new_string: "two" });
    const card = shown(newCall({ name: "edit_file", args }));

    await expect.poll(() => card.find("ins").exists() && card.get("ins").text()).toBe("+two");
    expect(card.text()).not.toContain("No newline");
  });

  it("shows the arguments of a change that changes nothing", () => {
    const args = { file_path: "/a.py", old_string: "same", new_string: "same" };
    const card = shown(newCall({ name: "edit_file", args: JSON.stringify(args) }));

    expect(JSON.parse(card.get("code").text())).toEqual(args);
  });

  it.each([
    ["write_file", { file_path: "/a.ts", content: "return 1" }, "return"],
    ["execute", { command: "if true; then ls; fi" }, "if"],
  ])("shows what %s is given in its colours", async (name, args, keyword) => {
    const card = shown(newCall({ name, args: JSON.stringify(args) }));

    await expect.poll(() => card.find("code .hljs-keyword").exists()).toBe(true);
    expect(card.get(".hljs-keyword").text()).toBe(keyword);
  });
});
