import { readFileSync } from "node:fs";
import { mdiCloudOffOutline } from "@mdi/js";
import { mount } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { defineComponent, h, type Component } from "vue";
import { ApiProblem, type Schemas } from "../api/client";
import { i18n } from "../shell/i18n";
import { vuetify } from "../test-vuetify";
import type { NoticeItem, TextItem, UserItem } from "../thread/fold";
import AssistantMessage from "./AssistantMessage.vue";
import ConnectionBanner from "./ConnectionBanner.vue";
import ConversationItem from "./ConversationItem.vue";
import OutgoingList from "./OutgoingList.vue";
import { provideReading, READING } from "./reading";
import ReasoningBlock from "./ReasoningBlock.vue";
import TodoList from "./TodoList.vue";
import TurnNotice from "./TurnNotice.vue";
import UserMessage from "./UserMessage.vue";

const texts = (language: string) => JSON.parse(readFileSync(`src/locales/${language}.json`, "utf8")).conversation;
const en = texts("en");
const zh = texts("zh");
const HOSTILE = `<img src=x onerror="alert(1)"> \u202e`;
const READABLE = `<img src=x onerror="alert(1)"> ⟨U+202E⟩`;

const shown = (component: Component, props: object) =>
  mount(component, { props, global: { plugins: [vuetify, i18n], stubs: { RouterLink: true } } });

const user: UserItem = { kind: "user", id: "r1", text: HOSTILE, at: undefined, forkAt: 4 };
const answer: TextItem = { kind: "text", id: "m1", text: "Hello.", done: true, forkAt: 9 };
const notice = (code: NoticeItem["code"], message = "words"): NoticeItem => ({
  kind: "notice",
  id: "n",
  code,
  message,
});

describe("a person's message", () => {
  it("is text", () => {
    const message = shown(UserMessage, { item: user });

    expect(message.get(".said").text()).toBe(READABLE);
    expect(message.find("img").exists()).toBe(false);
  });

  it("tells when it was said, with the day unless that is today", () => {
    const now = new Date();
    const year = now.getFullYear();
    const minutes = String(now.getMinutes()).padStart(2, "0");
    const timeOf = (at: number) => shown(UserMessage, { item: { ...user, at } }).find("time");

    expect(timeOf(now.valueOf()).text()).toMatch(new RegExp(`^\\d+:${minutes}\\s[AP]M$`));
    expect(timeOf(new Date(year - 1, 10, 28, 14, 5).valueOf()).text()).toMatch(
      new RegExp(`^Nov 28, ${year - 1}, 2:05\\sPM$`),
    );
    expect(timeOf(9e15).exists()).toBe(false);
    expect(shown(UserMessage, { item: user }).find("time").exists()).toBe(false);
  });

  it("is edited in its place, and sent again", async () => {
    const message = shown(UserMessage, { item: { ...user, text: "one" } });

    await message.get('[aria-label="Edit and send again"]').trigger("click");
    await message.get("textarea").setValue("two");
    await message.findAll("button").at(-1)!.trigger("click");

    expect(message.emitted("resend")).toEqual([[{ ...user, text: "one" }, "two"]]);
  });
});

describe("an edit of a message", () => {
  const open = () =>
    mount(
      defineComponent({ setup: () => (provideReading("t"), () => h(UserMessage, { item: { ...user, text: "one" } })) }),
      {
        global: { plugins: [vuetify, i18n] },
      },
    );

  it("is there after a look elsewhere, until it is sent or given up", async () => {
    const first = open();
    await first.get('[aria-label="Edit and send again"]').trigger("click");
    await first.get("textarea").setValue("two");
    first.unmount();

    const again = open();
    expect(again.get("textarea").element.value).toBe("two");
    await again.get("textarea").trigger("keydown", { key: "Enter", ctrlKey: true });
    expect(again.findComponent(UserMessage).emitted("resend")).toEqual([[{ ...user, text: "one" }, "two"]]);

    await again.get("textarea").trigger("keydown", { key: "Escape" });
    expect(open().find("textarea").exists()).toBe(false);
  });
});

describe("a message that is being edited", () => {
  it.each([
    [{}, false],
    [{ isComposing: true }, true],
    [{ keyCode: 229 }, true],
  ])("is given up with Escape, unless that is an input method's (%o)", async (also, stays) => {
    const message = shown(UserMessage, { item: { ...user, text: "one" } });
    await message.get('[aria-label="Edit and send again"]').trigger("click");

    await message.get("textarea").trigger("keydown", { key: "Escape", ...also });

    expect(message.find("textarea").exists()).toBe(stays);
  });
});

describe("an answer", () => {
  it("says that it is being written, and can be forked when it is there", async () => {
    const writing = shown(AssistantMessage, { item: { ...answer, done: false, forkAt: undefined } });
    expect(writing.text()).toContain("Writing…");
    expect(writing.find("button").exists()).toBe(false);

    const message = shown(AssistantMessage, { item: answer });
    await message.get('[aria-label^="Go on from here"]').trigger("click");
    expect(message.emitted("fork")).toEqual([[9]]);
  });

  it("shows that a copy of it is being made", () => {
    const at = { 9: true, 8: false };
    for (const [copyingAt, spins] of Object.entries(at)) {
      const message = mount(AssistantMessage, {
        props: { item: answer },
        global: { plugins: [vuetify, i18n], provide: { [READING as symbol]: { copyingAt: Number(copyingAt) } } },
      });
      expect(message.find(".v-btn--loading").exists()).toBe(spins);
    }
  });

  it("that is empty is not shown", () => {
    expect(
      shown(ConversationItem, { item: { ...answer, text: "\n" }, isLast: true })
        .find("article")
        .exists(),
    ).toBe(false);
  });
});

describe("thoughts", () => {
  it("are folded away until they are wanted", async () => {
    const block = shown(ReasoningBlock, { item: { ...answer, kind: "reasoning", text: "Hm, hm." } });
    expect(block.text()).toBe("Thoughts (7 characters)");

    await block.get("button").trigger("click");

    expect(block.text()).toContain("Hm, hm.");
  });

  it("say that they are going on", () => {
    expect(shown(ReasoningBlock, { item: { ...answer, kind: "reasoning", done: false } }).text()).toBe("Thinking…");
  });
});

// A code that the service's description gains doesn't compile until it is told of here.
const ends: Record<Schemas["RunErrorCode"], true> = {
  cancelled: true,
  model_unavailable: true,
  model_rate_limited: true,
  model_stream_incomplete: true,
  model_refused: true,
  context_overflow: true,
  step_limit: true,
  budget_exhausted: true,
  internal: true,
  invalid_request: true,
};

describe("how a turn ended", () => {
  it.each(Object.keys(ends) as NoticeItem["code"][])("is told in both languages (%s)", (code) => {
    expect(Object.keys(en.notice)).toContain(code);
    expect(Object.keys(zh.notice)).toContain(code);
    expect(shown(TurnNotice, { item: notice(code), isLast: true }).text()).not.toContain("conversation.");
  });

  it("offers to try again where that may help, at the end only", async () => {
    const last = shown(TurnNotice, { item: notice("model_unavailable"), isLast: true });
    await last.get("button").trigger("click");
    expect(last.emitted("retry")).toHaveLength(1);

    expect(
      shown(TurnNotice, { item: notice("internal"), isLast: false })
        .find("button")
        .exists(),
    ).toBe(false);
    expect(shown(TurnNotice, { item: notice("context_overflow"), isLast: true }).text()).not.toContain("Try again");
  });

  it("says where a turn that a copy left open goes on, and nothing twice of one that was stopped", () => {
    const told = (message: string) => shown(TurnNotice, { item: notice("cancelled", message), isLast: false }).text();

    expect(told("This turn goes on in the thread that was forked, not here.")).toContain(
      "in the thread that was forked",
    );
    expect(told("The turn was cancelled.")).not.toContain("cancelled");
  });

  it("shows the service's words as text", () => {
    expect(
      shown(TurnNotice, { item: notice("internal", HOSTILE), isLast: false })
        .get(".words")
        .text(),
    ).toBe(READABLE);
  });
});

describe("messages that wait", () => {
  const entry = (state: string, problem?: object, key = "k") => ({ key, text: HOSTILE, mode: "build", state, problem });

  it("say when they are sent, and can be edited or removed", async () => {
    const list = shown(OutgoingList, { entries: [entry("queued")] });

    expect(list.text()).toContain(READABLE);
    expect(list.text()).toContain("when the turn is over");
    await list.get('[aria-label="Edit"]').trigger("click");
    await list.get('[aria-label="Remove"]').trigger("click");
    expect(list.emitted("edit")).toHaveLength(1);
    expect(list.emitted("remove")).toHaveLength(1);
  });

  it("say who or what they wait for", () => {
    const held = (stopped: boolean) => shown(OutgoingList, { entries: [entry("held")], stopped }).text();
    expect(held(false)).toContain("did not end well");
    expect(held(true)).toContain("You stopped the turn, so this waits for you");

    const first = entry("failed", { code: "too_large", message: "At most 10." });
    const list = shown(OutgoingList, { entries: [first, entry("queued", undefined, "k2")] });
    expect(list.findAll("[role=status]")[1]!.text()).toBe("Waits for the one before it");
  });

  it("say why they were not sent, and what to do", async () => {
    const list = shown(OutgoingList, { entries: [entry("failed", { code: "too_large", message: "At most 10." })] });

    expect(list.text()).toContain("too large: At most 10.");
    await list.get("button").trigger("click");
    expect(list.emitted("send")).toHaveLength(1);
  });

  it("are left alone on their way", () => {
    expect(
      shown(OutgoingList, { entries: [entry("sending")] })
        .find("button")
        .exists(),
    ).toBe(false);
  });
});

describe("the connection", () => {
  it("is worth a word only when it is lost", () => {
    expect(shown(ConnectionBanner, { connection: "live", problem: undefined }).text()).toBe("");
    expect(shown(ConnectionBanner, { connection: "lost", problem: undefined }).text()).toContain("trying again");
  });

  it("isn't what is wrong where the thread is gone", () => {
    const shownFor = (code: string) =>
      shown(ConnectionBanner, { connection: "lost", problem: new ApiProblem(code, "Odd.", 404) })
        .get("path")
        .attributes("d");

    expect(shownFor("internal")).toBe(mdiCloudOffOutline);
    expect(shownFor("not_found")).not.toBe(mdiCloudOffOutline);
  });

  it("tells what is wrong with the thread, in the service's words where there are none of ours", () => {
    const told = (code: string) =>
      shown(ConnectionBanner, { connection: "lost", problem: new ApiProblem(code, "Odd.", 400) }).text();

    expect(told("not_found")).toContain("This thread is gone");
    expect(told("never_heard_of")).toContain("Odd.");
  });
});

describe("the plan", () => {
  it("is a list of what is to be done, and how far it is", () => {
    const todos = [
      { content: HOSTILE, status: "completed" },
      { content: "b", status: "in_progress" },
      { content: "c", status: "pending" },
    ];
    const list = shown(TodoList, { todos });

    expect(list.findAll("li").map((item) => item.text())).toEqual([READABLE, "b", "c"]);
    expect(list.findAll("[role=img][aria-label]").map((icon) => icon.attributes("aria-label"))).toEqual([
      "Done",
      "Under way",
      "To do",
    ]);
  });
});
