import { enableAutoUnmount, flushPromises, mount, type DOMWrapper } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ref } from "vue";
import { ApiProblem, type Interrupt } from "../api/client";
import { i18n } from "../shell/i18n";
import { page as chinese } from "../shell/zh";
import { vuetify } from "../test-vuetify";
import { aThread, anInterrupt } from "./fake";
import { SETTLE_MILLIS } from "./guard";
import { EXPLAIN_MILLIS, QUIET_MILLIS } from "./held";
import { TYPING_MILLIS } from "./keys";
import HoldPoints from "./HoldPoints.vue";

i18n.global.setLocaleMessage("zh", chinese);
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("IntersectionObserver", EndObserver);
});
enableAutoUnmount(afterEach);
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  i18n.global.locale.value = "en";
  document.body.innerHTML = "";
  sessionStorage.clear();
});

const ends: ((entries: { isIntersecting: boolean }[]) => void)[] = [];
class EndObserver {
  constructor(look: (entries: { isIntersecting: boolean }[]) => void) {
    ends.push(look);
  }
  observe() {}
  unobserve() {}
  disconnect() {}
}

/** Says whether the end of what is in the dialog can be seen. */
async function theEnd(): Promise<void> {
  ends.splice(0).forEach((look) => look([{ isIntersecting: true }]));
  await flushPromises();
}

/** The hold points of a thread, right after they came up. */
function appeared(...interrupts: Interrupt[]) {
  const fake = aThread(...interrupts);
  const page = mount(HoldPoints, {
    props: { thread: fake.thread },
    global: { plugins: [vuetify, i18n] },
    attachTo: document.body,
  });
  const cards = () => page.findAll("article");
  return { ...fake, page, cards };
}

async function passes(millis: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(millis);
  await flushPromises();
}

/** As {@link appeared}, for as long that a person has seen them. */
async function seen(...interrupts: Interrupt[]) {
  const all = appeared(...interrupts);
  await passes(SETTLE_MILLIS);
  return all;
}

function button(within: { findAll(selector: "button"): DOMWrapper<HTMLButtonElement>[] }, label: string) {
  const found = within.findAll("button").find((one) => one.text().startsWith(label));
  if (!found) throw new Error(`no button ${label}`);
  return found;
}

const hasButton = (within: Parameters<typeof button>[0], label: string) =>
  within.findAll("button").some((one) => one.text().startsWith(label));

async function press(key: string, more: KeyboardEventInit = {}, target: EventTarget = document.body): Promise<void> {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
  await flushPromises();
}

const textareas = (within: { findAll(selector: "textarea"): DOMWrapper<HTMLTextAreaElement>[] }) =>
  within
    .findAll("textarea")
    .filter((one) => one.attributes("readonly") === undefined && !one.classes("v-textarea__sizer"));

const problem = (code: string, status: number, message = "said") => new ApiProblem(code, message, status);

describe("a card", () => {
  it("says what is asked, why, and that a decision is wanted", async () => {
    const { page, cards } = await seen(anInterrupt("i1"), anInterrupt("i2"));

    expect(page.get("[role=alert]").text()).toBe("2 calls wait for your decision: execute");
    expect(cards()[1]!.get("h3").text()).toContain("2 of 2");
    expect(cards()[0]!.text()).toContain("The policy asks before every call of execute.");
    expect(cards()[0]!.get("code").text()).toBe("echo i1");
    expect(cards()[0]!.find("[role=timer]").exists()).toBe(false);
  });

  it("shows nothing where nothing waits", () => {
    const { page, cards } = appeared();

    expect(cards()).toHaveLength(0);
    expect(page.get("[role=alert]").text()).toBe("");
  });

  it("shows a diff for a change, and the new file otherwise", async () => {
    const args = { file_path: "/workspace/a.py", content: "return 1\n" };
    const rendering = "/workspace/a.py\nreturn 1\n";
    const diff = "--- a\n+++ a\n@@ -1 +1 @@\n-return 2\n+return 1";
    const { cards } = await seen(
      anInterrupt("i1", { tool: "write_file", args, rendering, diff }),
      anInterrupt("i2", { tool: "write_file", args, rendering }),
    );
    await vi.dynamicImportSettled();

    expect(cards()[0]!.get("ins.diff-added").text()).toBe("+return 1");
    expect(cards()[1]!.get("strong").text()).toBe("/workspace/a.py");
    expect(cards()[1]!.get("code").element.textContent).toBe("return 1\n");
    expect(cards()[0]!.get("ins .hljs-keyword").text()).toBe("return");
    expect(cards()[1]!.get("code .hljs-keyword").text()).toBe("return");
  });

  it("shows the texts of an edit that the file has no place for, each in its colours", async () => {
    const args = { file_path: "/workspace/a.py", old_string: '"""', new_string: "return 1", replace_all: true };
    const rendering = '/workspace/a.py (every occurrence)\n--- old\n"""\n--- new\nreturn 1';
    const { cards } = await seen(anInterrupt("i1", { tool: "edit_file", args, rendering }));
    await vi.dynamicImportSettled();

    expect(cards()[0]!.get(".hold-content").text()).toBe('--- old"""--- newreturn 1');
    expect(cards()[0]!.get(".hold-content .hljs-keyword").text()).toBe("return");
    expect(cards()[0]!.text()).toContain("replace_all: true");
  });

  it("shows the whole of other tools, and arguments that a command has beside it", async () => {
    const { cards } = await seen(
      anInterrupt("i1", { tool: "glob", args: { pattern: "*" }, rendering: 'glob {"pattern": "*"}' }),
      anInterrupt("i2", { args: { command: "sleep 9", timeout: 5 }, rendering: "sleep 9" }),
    );

    expect(cards()[0]!.get("code").text()).toBe('glob {"pattern": "*"}');
    expect(cards()[1]!.text()).toContain("timeout: 5");
    expect(JSON.parse(cards()[1]!.get("details code").text())).toEqual({ command: "sleep 9", timeout: 5 });
  });

  it("shows both where the service cut the diff", async () => {
    const diff = "@@ -0,0 +1 @@\n+" + "x".repeat(200_001);
    const args = { file_path: "/a", content: "whole" };
    const { cards } = await seen(anInterrupt("i1", { tool: "write_file", args, rendering: "/a\nwhole", diff }));

    expect(cards()[0]!.get("code").text()).toBe("whole");
  });

  it("shows the blanks in a path that a page would swallow", async () => {
    const args = { file_path: "/workspace/a  b ", content: "x" };
    const { cards } = await seen(anInterrupt("i1", { tool: "write_file", args, rendering: "/workspace/a  b \nx" }));

    expect(cards()[0]!.get("strong").text()).toBe("/workspace/a␠␠b␠");
  });

  it("warns of what is hidden, and shows it", async () => {
    const { cards } = await seen(
      anInterrupt("i1", { args: { command: "ls \u202e\u200b" }, rendering: "ls ⟨U+202E⟩⟨U+200B⟩" }),
      anInterrupt("i2", { args: { command: "ls" + " ".repeat(41) + "x" }, rendering: "ls" + " ".repeat(40) + "␠x" }),
      anInterrupt("i3"),
    );

    expect(cards().map((card) => card.text().includes("Contains hidden characters"))).toEqual([true, true, false]);
    expect(cards()[0]!.get("code").text()).toBe("ls ⟨U+202E⟩⟨U+200B⟩");
    expect(cards()[0]!.get("details code").text()).toContain("ls \\u202e\\u200b");
  });

  it("keeps hostile words as text", async () => {
    const evil = `</code><script>alert(1)</script><img src=x onerror="alert(1)">\u202e`;
    const metadata = { tool: evil, args: { [evil]: evil }, rendering: evil };
    const { page } = await seen(
      anInterrupt("i1", metadata, { message: evil }),
      anInterrupt("i2", { ...metadata, tool: "write_file", args: { file_path: evil, content: evil, [evil]: evil } }),
    );

    await button(page.findAll("article")[1]!, "Edit").trigger("click");
    await button(page, "Reject all 2").trigger("click");
    await flushPromises();

    expect(document.querySelector("script, img")).toBeNull();
    expect(document.body.textContent).not.toContain("\u202e");
    expect(document.body.textContent).toContain("<script>alert(1)</script>");
  });

  it("counts down", async () => {
    const expiresAt = new Date(Date.now() + 65_000).toISOString();
    const { cards } = appeared(anInterrupt("i1", {}, { expiresAt }));
    expect(cards()[0]!.get("[role=timer]").text()).toContain("1:05");

    await passes(6_000);

    expect(cards()[0]!.get("[role=timer]").text()).toContain("0:59");

    await passes(60_000);
    expect(cards()[0]!.get("[role=timer]").text()).toBe("Time is up");
  });

  it("offers only what is allowed", async () => {
    const { cards, decide } = await seen(anInterrupt("i1", { allowed_decisions: ["reject"] }));

    await press("a");
    await press("e");

    expect(
      cards()[0]!
        .findAll("button")
        .map((one) => one.text())
        .filter(Boolean),
    ).toEqual(["Reject r"]);
    expect(decide).not.toHaveBeenCalled();
  });

  it("says why in the person's language, and what else the service says as it is", async () => {
    i18n.global.locale.value = "zh";
    const { page, cards } = await seen(anInterrupt("i1"));

    expect(cards()[0]!.text()).toContain("智能体想调用 execute。");
    expect(cards()[0]!.text()).not.toContain("policy");
    page.unmount();
    const copied = "The agent wants to call execute. This thread is a copy, and the call was made in the original.";
    const copy = await seen(anInterrupt("i1", {}, { message: copied }));
    expect(copy.cards()[0]!.text()).toContain("这个会话是副本");
    copy.page.unmount();
    const other = await seen(anInterrupt("i1", {}, { message: "It costs \u202e money." }));
    expect(other.cards()[0]!.text()).toContain("It costs ⟨U+202E⟩ money.");
  });

  it("speaks Chinese", async () => {
    i18n.global.locale.value = "zh";
    const { page } = await seen(anInterrupt("i1"));

    expect(page.get("[role=alert]").text()).toBe("有一个调用等待你的决定：execute");
    expect(hasButton(page.get("article"), "批准")).toBe(true);
  });
});

describe("a decision", () => {
  it("approves what was shown", async () => {
    const { cards, decide, page, goesOn } = await seen(anInterrupt("i1"));

    await button(cards()[0]!, "Approve").trigger("click");
    await flushPromises();

    expect(decide.mock.calls).toEqual([[[{ interrupt_id: "i1", digest: "digest-i1", type: "approve" }]]]);
    expect(page.get("[role=status]").text()).toBe("execute: Approved");
    const name = document.getElementById(cards()[0]!.attributes("aria-labelledby")!);
    expect(name!.textContent).toBe("execute: Approved");

    goesOn();
    await flushPromises();
    expect(cards()).toHaveLength(0);
  });

  it("rejects with a reason, or without", async () => {
    const { cards, decide } = await seen(anInterrupt("i1"), anInterrupt("i2"));

    await button(cards()[0]!, "Reject").trigger("click");
    await flushPromises();
    await textareas(cards()[0]!)[0]!.setValue("too bold");
    await button(cards()[0]!, "Reject").trigger("click");
    await flushPromises();
    await button(cards()[1]!, "Reject").trigger("click");
    await flushPromises();
    await button(cards()[1]!, "Reject").trigger("click");
    await flushPromises();

    expect(decide.mock.calls.map(([[decision]]) => decision)).toEqual([
      { interrupt_id: "i1", digest: "digest-i1", type: "reject", message: "too bold" },
      { interrupt_id: "i2", digest: "digest-i2", type: "reject", message: undefined },
    ]);
  });

  it("answers in the tool's place, but not with nothing", async () => {
    const { cards, decide } = await seen(anInterrupt("i1"));
    await button(cards()[0]!, "Answer in its place").trigger("click");
    await flushPromises();

    await button(cards()[0]!, "Send this answer").trigger("click");
    expect(decide).not.toHaveBeenCalled();
    expect(cards()[0]!.text()).toContain("Write an answer first.");
    await textareas(cards()[0]!)[0]!.setValue("42");
    await button(cards()[0]!, "Send this answer").trigger("click");

    expect(decide.mock.calls[0]![0]).toMatchObject([{ type: "respond", message: "42" }]);
  });

  it("edits each argument by its kind", async () => {
    const args = { command: "ls", timeout: 5 };
    const { cards, decide } = await seen(anInterrupt("i1", { args }));
    await button(cards()[0]!, "Edit").trigger("click");
    await passes(SETTLE_MILLIS);
    const [command, timeout] = textareas(cards()[0]!);

    expect(
      cards()[0]!
        .findAll(".v-label")
        .map((label) => label.text()),
    ).toContain("timeout (JSON)");
    await command!.setValue("ls -l");
    await timeout!.setValue("{");
    await button(cards()[0]!, "Approve with these changes").trigger("click");
    expect(decide).not.toHaveBeenCalled();
    expect(cards()[0]!.text()).toContain("This isn't valid JSON");

    await timeout!.setValue("9");
    await button(cards()[0]!, "Approve with these changes").trigger("click");
    expect(decide.mock.calls[0]![0]).toEqual([
      { interrupt_id: "i1", digest: "digest-i1", type: "edit", args: { command: "ls -l", timeout: 9 } },
    ]);
  });

  it("edits as JSON too, with what is hidden as escapes, and keeps it", async () => {
    const args = { command: "printf 'a\u200b\r\n'" };
    const { cards, decide } = await seen(anInterrupt("i1", { args }));
    await button(cards()[0]!, "Edit").trigger("click");
    await passes(SETTLE_MILLIS);

    const [json] = textareas(cards()[0]!);
    expect(json!.element.value).toContain("a\\u200b\\r\\n");
    await json!.setValue("[1]");
    await button(cards()[0]!, "Approve with these changes").trigger("click");
    expect(decide).not.toHaveBeenCalled();

    await json!.setValue(JSON.stringify(args));
    await button(cards()[0]!, "Approve with these changes").trigger("click");
    expect(decide.mock.calls[0]![0]).toMatchObject([{ args }]);
  });

  it.each([
    ["write_file", { file_path: "/a", content: "old" }, "content"],
    ["edit_file", { file_path: "/a", old_string: "1", new_string: "2" }, "new_string"],
    ["execute", { timeout: 5, command: "ls" }, "command"],
  ])("edits of %s what it is about, with what was asked folded away", async (tool, args, field) => {
    const { cards } = await seen(anInterrupt("i1", { tool, args }));

    await press("e");

    const label = (document.activeElement as HTMLTextAreaElement).labels![0]!;
    expect(label.textContent).toBe(field);
    const asked = cards()[0]!.get("details");
    expect(asked.text()).toContain("What the agent asked for");
    expect(asked.attributes("open")).toBeUndefined();
    expect(asked.find(".hold-content").exists()).toBe(true);
    await press("Escape", {}, document.activeElement!);
    expect(cards()[0]!.get(".hold-content").element.closest("details")).toBeNull();
  });

  it("carries an edit from one form to the other", async () => {
    const { cards } = await seen(anInterrupt("i1"));
    await button(cards()[0]!, "Edit").trigger("click");
    await flushPromises();
    await textareas(cards()[0]!)[0]!.setValue("pwd");

    await cards()[0]!.get("input[type=checkbox]").setValue(true);
    expect(JSON.parse(textareas(cards()[0]!)[0]!.element.value)).toEqual({ command: "pwd" });
    await cards()[0]!.get("input[type=checkbox]").setValue(false);

    expect(textareas(cards()[0]!)[0]!.element.value).toBe("pwd");
  });

  it("keeps what was written, over a look elsewhere and in a new page, until it is decided", async () => {
    const { cards, page } = await seen(anInterrupt("i1"));
    await press("e");
    await textareas(cards()[0]!)[0]!.setValue("pwd");
    await press("Escape", {}, document.activeElement!);
    await press("r");
    await textareas(cards()[0]!)[0]!.setValue("too bold");
    page.unmount();

    const again = await seen(anInterrupt("i1"), anInterrupt("i2"));
    await press("r");
    expect(textareas(again.cards()[0]!)[0]!.element.value).toBe("too bold");
    await press("Escape", {}, document.activeElement!);
    await passes(TYPING_MILLIS);
    await press("e");
    expect(textareas(again.cards()[0]!)[0]!.element.value).toBe("pwd");
    await passes(SETTLE_MILLIS);
    await button(again.cards()[0]!, "Approve with these changes").trigger("click");
    await flushPromises();

    expect(again.decide.mock.calls[0]![0]).toMatchObject([{ type: "edit", args: { command: "pwd" } }]);
    expect(sessionStorage).toHaveLength(0);
  });

  it("says that it holds something unsent, which Approve leaves out", async () => {
    const { cards } = await seen(anInterrupt("i1"), anInterrupt("i2"));
    const unsent = () => cards().map((card) => card.text().includes("isn't sent"));
    await button(cards()[0]!, "Edit").trigger("click");
    await button(cards()[0]!, "Back").trigger("click");
    expect(unsent()).toEqual([false, false]);

    await button(cards()[0]!, "Edit").trigger("click");
    await textareas(cards()[0]!)[0]!.setValue("echo half");
    expect(unsent()).toEqual([false, false]);
    await button(cards()[0]!, "Back").trigger("click");
    expect(unsent()).toEqual([true, false]);

    await button(cards()[1]!, "Edit").trigger("click");
    await textareas(cards()[1]!)[0]!.setValue("");
    await button(cards()[1]!, "Back").trigger("click");
    expect(unsent()).toEqual([true, true]);
  });

  it("begins an edit anew where a person wants it", async () => {
    const { cards } = await seen(anInterrupt("i1"));
    await press("e");
    await flushPromises();
    expect(hasButton(cards()[0]!, "Start over")).toBe(false);
    await textareas(cards()[0]!)[0]!.setValue("pwd");

    await button(cards()[0]!, "Start over").trigger("click");

    expect(textareas(cards()[0]!)[0]!.element.value).toBe("echo i1");
    expect(hasButton(cards()[0]!, "Start over")).toBe(false);
  });

  it("keeps an edit that the tool doesn't take, and says why", async () => {
    const { cards, decide } = await seen(anInterrupt("i1"));
    decide.mockRejectedValueOnce(problem("invalid_args", 422, "args: command is missing"));
    await button(cards()[0]!, "Edit").trigger("click");
    await passes(SETTLE_MILLIS);
    await textareas(cards()[0]!)[0]!.setValue("changed");

    await button(cards()[0]!, "Approve with these changes").trigger("click");
    await flushPromises();

    expect(cards()[0]!.get(".v-alert").text()).toContain("args: command is missing");
    expect(hasButton(cards()[0]!, "Try again")).toBe(false);
    expect(textareas(cards()[0]!)[0]!.element.value).toBe("changed");
  });

  it("says nothing of an edit any more once that is left", async () => {
    const { cards, decide } = await seen(anInterrupt("i1"));
    decide.mockRejectedValueOnce(problem("invalid_args", 422, "args: 'command' must not be empty."));
    await press("e");
    await passes(SETTLE_MILLIS);
    await press("Enter", { ctrlKey: true }, document.activeElement!);
    await passes(SETTLE_MILLIS);
    expect(cards()[0]!.find(".v-alert").exists()).toBe(true);

    await press("Escape", {}, document.activeElement!);

    expect(cards()[0]!.find(".v-alert").exists()).toBe(false);
  });

  it("says at an argument why the tool doesn't take it", async () => {
    const { cards, decide } = await seen(anInterrupt("i1", { args: { command: "ls", timeout: "soon" } }));
    const said = "args: 'timeout' must be of type integer, not string; 'cwd' is not one of its arguments.";
    decide.mockRejectedValueOnce(problem("invalid_args", 422, said));
    await press("e");
    await passes(SETTLE_MILLIS);

    await press("Enter", { ctrlKey: true }, document.activeElement!);
    await passes(SETTLE_MILLIS);

    const fields = cards()[0]!.findAll(".hold-field");
    expect(fields[1]!.get(".v-messages").text()).toBe("'timeout' must be of type integer, not string");
    expect(fields[0]!.get(".v-messages").text()).toBe("");
    expect(cards()[0]!.get(".v-alert").text()).toContain("'cwd' is not one of its arguments");
  });

  it("never changes a number that the page can't keep", async () => {
    const args = JSON.parse('{"command": "ls", "limits": {"bytes": [9007199254740993]}}') as Record<string, unknown>;
    const { cards, decide } = await seen(anInterrupt("i1", { args }));
    expect(cards()[0]!.text()).toContain("too large to be shown exactly");
    await press("e");
    await passes(SETTLE_MILLIS);
    const [command, limits] = textareas(cards()[0]!);

    await command!.setValue("ls -l");
    await press("Enter", { ctrlKey: true }, command!.element);
    expect(decide).not.toHaveBeenCalled();
    expect(cards()[0]!.text()).toContain("too large to be kept exactly");

    await limits!.setValue("9007199254740991");
    await press("Enter", { ctrlKey: true }, command!.element);
    expect(decide.mock.calls[0]![0]).toMatchObject([{ args: { command: "ls -l", limits: 9007199254740991 } }]);
  });

  it("is made once, and shows that it is under way", async () => {
    const { cards, decide } = await seen(anInterrupt("i1"), anInterrupt("i2"));
    let answer = () => {};
    decide.mockImplementationOnce(() => new Promise((done) => (answer = done)));

    await button(cards()[0]!, "Approve").trigger("click");
    await button(cards()[1]!, "Approve").trigger("click");
    await passes(SETTLE_MILLIS);
    await press("a");
    await press("r");

    expect(decide).toHaveBeenCalledTimes(1);
    expect(cards()[0]!.attributes("aria-busy")).toBe("true");
    expect(button(cards()[1]!, "Approve").attributes("aria-disabled")).toBe("true");
    expect(button(cards()[1]!, "Reject").attributes("disabled")).toBeDefined();
    answer();
  });
});

describe("several calls", () => {
  it("are approved in one request, after a look at all of them", async () => {
    const { page, decide } = await seen(anInterrupt("i1"), anInterrupt("i2"), anInterrupt("i3"));

    await button(page, "Approve all 3").trigger("click");
    await flushPromises();
    const dialog = document.querySelector("[role=dialog], .v-dialog")!;
    expect(
      [...dialog.querySelectorAll("li .hold-content pre")]
        .filter((one) => !one.closest("details"))
        .map((one) => one.textContent),
    ).toEqual(["echo i1", "echo i2", "echo i3"]);
    const confirm = [...dialog.querySelectorAll("button")].find((one) => one.textContent!.includes("Approve all 3"))!;
    await passes(SETTLE_MILLIS);
    confirm.click();
    await theEnd();
    confirm.click();
    expect(decide).not.toHaveBeenCalled();
    expect(confirm.getAttribute("aria-disabled")).toBe("true");
    await passes(SETTLE_MILLIS);
    confirm.click();
    await flushPromises();

    expect(decide).toHaveBeenCalledTimes(1);
    expect(decide.mock.calls[0]![0]).toMatchObject([
      { interrupt_id: "i1", digest: "digest-i1", type: "approve" },
      { interrupt_id: "i2", digest: "digest-i2", type: "approve" },
      { interrupt_id: "i3", digest: "digest-i3", type: "approve" },
    ]);
  });

  it("are shown together as they are alone", async () => {
    const diff = "--- a\n+++ a\n@@ -1 +1 @@\n-return 2\n+return 1";
    const { page } = await seen(
      anInterrupt("i1", { args: { command: "ls \u202e", timeout: 5 }, rendering: "ls ⟨U+202E⟩" }),
      anInterrupt("i2", { tool: "write_file", args: { file_path: "/a", content: "return 1" }, diff }),
    );

    await button(page, "Approve all 2").trigger("click");
    await flushPromises();

    const calls = [...document.querySelectorAll(".v-dialog li")];
    expect(calls[0]!.textContent).toContain("Contains hidden characters");
    expect(calls[0]!.textContent).toContain("timeout: 5");
    expect(calls[1]!.querySelector("ins")!.textContent).toBe("+return 1");
  });

  it("are never approved together with one that may not be, or came later, or is gone", async () => {
    const { page, decide, stillPending } = await seen(
      anInterrupt("i1"),
      anInterrupt("i2"),
      anInterrupt("i3", { allowed_decisions: ["reject"] }),
      anInterrupt("i4"),
    );
    await button(page, "Approve all 3").trigger("click");
    await flushPromises();
    await theEnd();
    await passes(SETTLE_MILLIS);

    stillPending("i2", "i3", "i4");
    await passes(SETTLE_MILLIS);
    await press("Enter", { ctrlKey: true }, document.querySelector(".v-dialog [role=group]")!);

    expect(decide.mock.calls[0]![0].map(({ interrupt_id }) => interrupt_id)).toEqual(["i2", "i4"]);
  });

  it("are rejected together, with one reason", async () => {
    const { page, decide } = await seen(anInterrupt("i1"), anInterrupt("i2"));
    await button(page, "Reject all 2").trigger("click");
    await flushPromises();
    const reason = document.querySelector<HTMLTextAreaElement>(".v-dialog textarea")!;
    reason.value = "no";
    reason.dispatchEvent(new Event("input"));
    await flushPromises();

    await press("Enter", { ctrlKey: true }, reason);

    expect(decide.mock.calls[0]![0].map(({ type, message }) => [type, message])).toEqual([
      ["reject", "no"],
      ["reject", "no"],
    ]);
  });

  it("say that nothing was done when one of them was stale", async () => {
    const { page, cards, decide, stillPending } = await seen(anInterrupt("i1"), anInterrupt("i2"));
    decide.mockImplementationOnce(async () => {
      stillPending("i2");
      throw problem("already_decided", 409);
    });
    await button(page, "Approve all 2").trigger("click");
    await flushPromises();
    await theEnd();
    await passes(SETTLE_MILLIS);

    await press("Enter", { ctrlKey: true }, document.querySelector(".v-dialog [role=group]")!);

    expect(document.querySelector(".v-dialog")).toBeNull();
    expect(cards()[0]!.text()).toContain("Somebody else was faster");
    expect(cards()[1]!.text()).toContain("Nothing was done, as another call of these doesn't wait any more.");
  });
});

describe("keys", () => {
  it("approve, and go from card to card", async () => {
    const { cards, decide } = await seen(anInterrupt("i1"), anInterrupt("i2"), anInterrupt("i3"));
    const current = () => cards().findIndex((card) => card.attributes("aria-current") === "true");
    expect(current()).toBe(0);

    await press("n");
    expect(current()).toBe(1);
    expect(document.activeElement).toBe(cards()[1]!.element);
    await press("j");
    await press("j");
    expect(current()).toBe(0);
    await press("p");
    await press("k");
    expect(current()).toBe(1);
    expect(button(cards()[1]!, "Approve").attributes("aria-keyshortcuts")).toBe("a");
    await passes(SETTLE_MILLIS);
    await press("a");

    expect(decide.mock.calls[0]![0]).toMatchObject([{ interrupt_id: "i2", type: "approve" }]);
  });

  it.each([
    ["e", "edit"],
    ["r", "reject"],
    ["w", "respond"],
  ])("%s opens a form with the focus in it, Ctrl+Enter commits and Escape leaves", async (key, type) => {
    const { cards, decide } = await seen(anInterrupt("i1"));
    await press(key);
    await passes(SETTLE_MILLIS);
    expect(document.activeElement).toBe(textareas(cards()[0]!)[0]!.element);

    await press("Escape", { isComposing: true }, document.activeElement!);
    await press("Escape", { keyCode: 229 }, document.activeElement!);
    expect(textareas(cards()[0]!)).toHaveLength(1);
    await press("Escape", {}, document.activeElement!);
    expect(textareas(cards()[0]!)).toHaveLength(0);
    expect(decide).not.toHaveBeenCalled();

    await passes(TYPING_MILLIS);
    await press(key);
    await passes(SETTLE_MILLIS);
    await textareas(cards()[0]!)[0]!.setValue("words");
    await press("Enter", {}, document.activeElement!);
    expect(decide).not.toHaveBeenCalled();
    await press("Enter", { ctrlKey: true }, document.activeElement!);

    expect(decide.mock.calls[0]![0]).toMatchObject([{ interrupt_id: "i1", type }]);
  });

  it("commit with the key of a Mac too", async () => {
    const { decide } = await seen(anInterrupt("i1"));
    await press("r");

    await press("Enter", { metaKey: true }, document.activeElement!);

    expect(decide.mock.calls[0]![0]).toMatchObject([{ type: "reject" }]);
  });

  it("approve nothing while a form is open", async () => {
    const { decide } = await seen(anInterrupt("i1"));
    await press("e");
    (document.activeElement as HTMLElement).blur();
    await passes(SETTLE_MILLIS);

    await press("a");

    expect(decide).not.toHaveBeenCalled();
  });

  it.each([
    ["held down", { repeat: true }],
    ["of the browser", { ctrlKey: true }],
    ["of the system", { metaKey: true }],
    ["of the menu", { altKey: true }],
  ])("%s do nothing", async (_, more) => {
    const { decide } = await seen(anInterrupt("i1"));

    await press("a", more);

    expect(decide).not.toHaveBeenCalled();
  });
});

describe("the focus", () => {
  function aMain(): HTMLElement {
    const main = document.body.appendChild(document.createElement("main"));
    main.id = "main";
    main.tabIndex = -1;
    return main;
  }

  it("goes from a card that is gone to the next one", async () => {
    const { cards } = await seen(anInterrupt("i1"), anInterrupt("i2"));
    const approve = button(cards()[0]!, "Approve");
    approve.element.focus();

    await approve.trigger("click");
    await flushPromises();

    expect(document.activeElement).toBe(cards()[1]!.element);
  });

  it.each(["a button of it", "the card itself"])("goes from the last card to the turn, from %s", async (place) => {
    const main = aMain();
    const { cards } = await seen(anInterrupt("i1"));
    const approve = button(cards()[0]!, "Approve");
    (place === "the card itself" ? (cards()[0]!.element as HTMLElement) : approve.element).focus();

    await approve.trigger("click");
    await flushPromises();

    expect(document.activeElement).toBe(main);
  });

  it("goes from the dialog to a call that still waits, and to the turn where none does", async () => {
    const main = aMain();
    const { page, cards } = await seen(
      anInterrupt("i1"),
      anInterrupt("i2"),
      anInterrupt("i3", { allowed_decisions: ["reject", "respond"] }),
      anInterrupt("i4", { allowed_decisions: ["reject", "respond"] }),
    );
    const decideAll = async (label: string) => {
      await button(page, label).trigger("click");
      await flushPromises();
      await theEnd();
      await passes(SETTLE_MILLIS);
      const dialog = document.querySelector<HTMLElement>(".v-dialog [role=group]")!;
      [...dialog.querySelectorAll("button")].find((one) => one.textContent!.includes(label))!.focus();
      await press("Enter", { ctrlKey: true }, document.activeElement!);
    };

    await decideAll("Approve all 2");
    expect(document.activeElement).toBe(cards()[2]!.element);
    await decideAll("Reject all 2");

    expect(document.activeElement).toBe(main);
  });
});

describe("nothing is approved by accident", () => {
  it("not once more, while the service still tells of what was decided here", async () => {
    const { cards, decide, stillPending } = await seen(anInterrupt("i1"));
    decide.mockResolvedValueOnce(undefined);
    await press("a");

    stillPending("i1");
    await passes(SETTLE_MILLIS);
    await press("a");

    expect(hasButton(cards()[0]!, "Approve")).toBe(false);
    expect(decide).toHaveBeenCalledTimes(1);
  });

  it("not by a click or a key that comes with the card", async () => {
    const { cards, decide } = appeared(anInterrupt("i1"));
    expect(button(cards()[0]!, "Approve").attributes("aria-disabled")).toBe("true");

    await button(cards()[0]!, "Approve").trigger("click");
    await press("a");
    await passes(SETTLE_MILLIS - 1);
    await button(cards()[0]!, "Approve").trigger("click");

    expect(decide).not.toHaveBeenCalled();
    await passes(SETTLE_MILLIS);
    expect(button(cards()[0]!, "Approve").attributes("aria-disabled")).toBe("false");
  });

  it("not by clicks or keys that go on and on", async () => {
    const { cards, decide } = appeared(anInterrupt("i1"));

    for (let at = 0; at < 6; at++) {
      await passes(SETTLE_MILLIS / 2);
      if (at % 2) await button(cards()[0]!, "Approve").trigger("click");
      else await press("a");
    }

    expect(decide).not.toHaveBeenCalled();
  });

  it("again after a look elsewhere, while the decision is on its way", async () => {
    const { thread, decide, page, cards } = await seen(anInterrupt("i1"));
    let arrives = () => {};
    decide.mockImplementationOnce(() => new Promise((done) => (arrives = () => done(undefined))));
    await button(cards()[0]!, "Approve").trigger("click");
    page.unmount();

    const back = mount(HoldPoints, { props: { thread }, global: { plugins: [vuetify, i18n] } });
    await passes(SETTLE_MILLIS);
    expect(back.get("article").attributes("aria-busy")).toBe("true");
    await button(back.get("article"), "Approve").trigger("click");
    arrives();
    await passes(SETTLE_MILLIS);

    expect(decide).toHaveBeenCalledTimes(1);
    expect(back.findAll("article")).toHaveLength(0);
  });

  it("and why a decision failed is there after a look elsewhere", async () => {
    const { thread, decide, page, cards } = await seen(anInterrupt("i1"));
    let fails = () => {};
    decide.mockImplementationOnce(() => new Promise((_, fail) => (fails = () => fail(problem("overloaded", 503)))));
    await button(cards()[0]!, "Approve").trigger("click");
    page.unmount();
    fails();
    await flushPromises();

    // The page knows nothing yet of a thread that it comes back to.
    const again = aThread();
    const unread = { ...again.thread, id: thread.id, loaded: ref(false) };
    const back = mount(HoldPoints, { props: { thread: unread }, global: { plugins: [vuetify, i18n] } });
    await passes(SETTLE_MILLIS);
    const outcome = { type: "interrupt" as const, interrupts: [anInterrupt("i1")] };
    again.fold.apply({ type: "RUN_FINISHED", threadId: "t", runId: "r1", outcome }, "2");
    unread.loaded.value = true;
    await passes(SETTLE_MILLIS);

    expect(back.get("article .v-alert").text()).not.toBe("");
    expect(button(back.get("article"), "Approve").attributes("aria-disabled")).toBe("false");
  });

  it("not the next one by a second click, when the first has gone", async () => {
    const { cards, decide } = await seen(anInterrupt("i1"), anInterrupt("i2"));

    await button(cards()[0]!, "Approve").trigger("click");
    await flushPromises();
    await button(cards()[1]!, "Approve").trigger("click");
    await press("a");

    expect(decide).toHaveBeenCalledTimes(1);
  });

  it("not after another card left or came", async () => {
    const { cards, decide, stillPending } = await seen(anInterrupt("i1"), anInterrupt("i2"));

    stillPending("i2");
    await flushPromises();
    await press("a");
    await button(cards()[1]!, "Approve").trigger("click");

    expect(decide).not.toHaveBeenCalled();
  });

  it("not after the list was scrolled, or when the page comes back to the front", async () => {
    const { page, decide } = await seen(anInterrupt("i1"));

    await page.trigger("scroll");
    await press("a");
    await passes(SETTLE_MILLIS);
    document.dispatchEvent(new Event("visibilitychange"));
    await press("a");

    expect(decide).not.toHaveBeenCalled();
  });

  it("not by what a person writes, nor by Enter there, nor when the text field goes away meanwhile", async () => {
    const field = document.body.appendChild(document.createElement("textarea"));
    field.focus();
    const { decide, cards } = await seen(anInterrupt("i1"));
    expect(document.activeElement).toBe(field);

    await press("a", {}, field);
    await press("Enter", {}, field);
    await press("b", {}, field);
    field.remove();
    await press("a");
    await press("r");

    expect(decide).not.toHaveBeenCalled();
    expect(textareas(cards()[0]!)).toHaveLength(0);
  });

  it("not by a key that something else has taken", async () => {
    const { decide, cards } = await seen(anInterrupt("i1"));
    cards()[0]!.element.addEventListener("keydown", (event) => event.preventDefault());

    await press("a", {}, cards()[0]!.element);

    expect(decide).not.toHaveBeenCalled();
  });

  it("not the one that a key has only just gone to", async () => {
    const { decide } = await seen(anInterrupt("i1"), anInterrupt("i2"));

    await press("n");
    await press("a");

    expect(decide).not.toHaveBeenCalled();
  });

  it("not by the form that has only just opened", async () => {
    const { cards, decide } = await seen(anInterrupt("i1"));
    await press("e");

    await press("Enter", { ctrlKey: true }, textareas(cards()[0]!)[0]!.element);
    await button(cards()[0]!, "Approve with these changes").trigger("click");

    expect(decide).not.toHaveBeenCalled();
  });

  it("not after it changed its size, or what it lies in did", async () => {
    const changes = new Map<Element, () => void>();
    class Observer {
      constructor(private readonly changed: () => void) {}
      observe(place: Element) {
        changes.set(place, this.changed);
      }
      unobserve() {}
      disconnect() {}
    }
    vi.stubGlobal("ResizeObserver", Observer);
    const { decide, page } = await seen(anInterrupt("i1"));

    for (const place of [page.get("section").element, page.element.parentElement!, document.body]) {
      expect(changes.has(place)).toBe(true);
      await passes(SETTLE_MILLIS);
      changes.get(place)!();
      await press("a");
    }

    expect(decide).not.toHaveBeenCalled();
  });

  it("not behind a dialog that lost the focus", async () => {
    const dialog = document.body.appendChild(document.createElement("div"));
    dialog.className = "v-overlay v-overlay--active v-dialog";
    const { decide } = await seen(anInterrupt("i1"));

    await press("a");

    expect(decide).not.toHaveBeenCalled();
  });

  it("not by the first letters of a word", async () => {
    const { decide } = await seen(anInterrupt("i1"));

    for (const key of "what") await press(key);

    expect(decide).not.toHaveBeenCalled();
  });

  it("not when its end is out of sight: then it is shown first", async () => {
    const { cards, decide } = await seen(anInterrupt("i1"));
    const card = cards()[0]!.element;
    card.getBoundingClientRect = () => ({ top: 500, bottom: 900 }) as DOMRect;
    card.scrollIntoView = vi.fn();

    await press("a");

    expect(decide).not.toHaveBeenCalled();
    expect(card.scrollIntoView).toHaveBeenCalled();
  });
});

describe("a decision made elsewhere", () => {
  it("is said where the card is, for a while", async () => {
    const { cards, page, stillPending } = await seen(anInterrupt("i1"), anInterrupt("i2"));

    stillPending("i2");
    await flushPromises();
    expect(cards()[0]!.text()).toContain("Decided elsewhere");
    expect(cards()[0]!.get("code").text()).toBe("echo i1");
    expect(hasButton(cards()[0]!, "Approve")).toBe(false);
    expect(page.get("[role=status]").text()).toContain("Decided elsewhere");
    await passes(QUIET_MILLIS);

    expect(cards()).toHaveLength(1);
    expect(cards()[0]!.get("code").text()).toBe("echo i2");
  });

  it("leaves what was being written, and the focus, until the person has taken it", async () => {
    const { cards, page, stillPending } = await seen(anInterrupt("i1"), anInterrupt("i2"));
    await press("e");
    await passes(SETTLE_MILLIS);
    await cards()[0]!.findAll("textarea")[0]!.setValue("echo much better");
    cards()[0]!.findAll("textarea")[0]!.element.focus();

    stillPending("i2");
    await flushPromises();
    await passes(EXPLAIN_MILLIS);

    expect(cards()[0]!.text()).toContain("You had written:");
    expect(
      cards()[0]!
        .findAll("code")
        .map((code) => code.text()),
    ).toContain("echo much better");
    expect(document.activeElement).toBe(cards()[0]!.element);
    await button(cards()[0]!, "Dismiss").trigger("click");
    expect(page.text()).not.toContain("echo much better");
  });

  it("is said also when the turn goes on at once", async () => {
    const { cards, goesOn } = await seen(anInterrupt("i1"));

    goesOn();
    await flushPromises();

    expect(cards()[0]!.text()).toContain("Decided elsewhere");
  });

  it("leaves no timer behind when the thread is left", async () => {
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const { page, stillPending } = await seen(anInterrupt("i1"), anInterrupt("i2", {}, { expiresAt }));
    stillPending("i2");
    await passes(SETTLE_MILLIS);

    page.unmount();

    expect(vi.getTimerCount()).toBe(0);
  });

  it("is no news where nobody had seen the card yet", async () => {
    const { cards, goesOn } = appeared(anInterrupt("i1"));

    goesOn();
    await flushPromises();

    expect(cards()).toHaveLength(0);
  });

  it("tells a stopped turn and a time that was up apart", async () => {
    const expiresAt = new Date(Date.now() + 1_000).toISOString();
    const { cards, goesOn, fold } = await seen(anInterrupt("i1"), anInterrupt("i2", {}, { expiresAt }));
    await passes(1_000);
    goesOn();
    fold.apply({
      type: "TOOL_CALL_RESULT",
      messageId: "m",
      toolCallId: "call-i1",
      content: "",
      role: "tool",
      metadata: { outcome: "cancelled", duration_ms: 0 },
    });
    await flushPromises();

    expect(cards()[0]!.text()).toContain("The turn was stopped");
    expect(cards()[1]!.text()).toContain("Time was up, so it was rejected");
  });
});

describe("a decision that fails", () => {
  const failing = async (failure: ApiProblem, isGone: boolean) => {
    const all = await seen(anInterrupt("i1"));
    all.decide.mockImplementationOnce(async () => {
      if (isGone) all.stillPending();
      throw failure;
    });
    await button(all.cards()[0]!, "Approve").trigger("click");
    await flushPromises();
    return all;
  };

  it.each([
    ["already_decided", 409, "Somebody else was faster", "有人先作了决定"],
    ["nothing_pending", 409, "This call doesn't wait any more", "这个调用已不再等待"],
    ["not_found", 404, "isn't there any more", "已不存在"],
  ])("explains %s and stays to be read", async (code, status, english, chinese) => {
    const { cards } = await failing(problem(code, status), true);
    expect(cards()[0]!.text()).toContain(english);
    expect(hasButton(cards()[0]!, "Approve")).toBe(false);

    i18n.global.locale.value = "zh";
    await passes(EXPLAIN_MILLIS - SETTLE_MILLIS);
    expect(cards()[0]!.text()).toContain(chinese);
    await button(cards()[0]!, "知道了").trigger("click");

    expect(cards()).toHaveLength(0);
  });

  it("explains that the call is another one, and how to see it", async () => {
    const { cards } = await failing(problem("digest_mismatch", 409), false);

    expect(cards()[0]!.text()).toContain("This isn't what waits now");
    expect(hasButton(cards()[0]!, "Reload the page")).toBe(true);
    expect(hasButton(cards()[0]!, "Try again")).toBe(false);
  });

  it.each([
    ["unreachable", 0, "nobody knows whether your decision arrived"],
    ["store_unavailable", 503, "can't reach its database"],
    ["weird", 418, "said"],
  ])("can be made again after %s, and is the same then", async (code, status, words) => {
    const { cards, decide } = await failing(problem(code, status), false);
    expect(cards()[0]!.text()).toContain(words);
    await passes(SETTLE_MILLIS);

    await button(cards()[0]!, "Approve").trigger("click");
    await flushPromises();

    expect(decide.mock.calls[1]).toEqual(decide.mock.calls[0]);
    expect(cards()[0]!.text()).toContain("Approved");
  });

  it("is made again only as it is shown by then", async () => {
    const { cards, decide } = await seen(anInterrupt("i1"));
    decide.mockRejectedValueOnce(problem("store_unavailable", 503));
    await press("e");
    await passes(SETTLE_MILLIS);
    await textareas(cards()[0]!)[0]!.setValue("first");
    await button(cards()[0]!, "Approve with these changes").trigger("click");
    await passes(SETTLE_MILLIS);
    await textareas(cards()[0]!)[0]!.setValue("second");

    const offered = cards()[0]!
      .findAll("button")
      .map((one) => one.text())
      .filter(Boolean);
    await button(cards()[0]!, "Approve with these changes").trigger("click");

    expect(offered).toEqual(["Start over", expect.stringContaining("Approve with"), expect.stringContaining("Back")]);
    expect(decide.mock.calls[1]![0]).toMatchObject([{ type: "edit", args: { command: "second" } }]);
  });

  it("keeps the reason for all of them", async () => {
    const { page, decide } = await seen(anInterrupt("i1"), anInterrupt("i2"));
    decide.mockRejectedValueOnce(problem("store_unavailable", 503));
    await press("R");
    const reason = () => document.querySelector<HTMLTextAreaElement>(".v-dialog textarea")!;
    reason().value = "no";
    reason().dispatchEvent(new Event("input"));
    await flushPromises();
    await press("Enter", { ctrlKey: true }, reason());
    await flushPromises();

    await button(page, "Reject all 2").trigger("click");
    await flushPromises();

    expect(reason().value).toBe("no");
  });

  it.each([
    ["unreachable", 0],
    ["store_unavailable", 503],
  ])("doesn't claim that it was made elsewhere when it may have arrived: %s", async (code, status) => {
    const { cards } = await failing(problem(code, status), true);

    expect(cards()[0]!.text()).toContain("This has been decided");
    expect(cards()[0]!.text()).not.toContain("elsewhere");
    expect(cards()[0]!.find(".v-alert").exists()).toBe(false);
  });
});
