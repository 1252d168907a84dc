import { flushPromises } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope, reactive, ref, type EffectScope } from "vue";
import { ApiProblem } from "../api/client";
import type { LiveThread } from "../thread/live";
import { leaveFor, useOutbox } from "./outbox";

const newThread = (id: string, status = "idle") => {
  const fold = reactive({ status, mode: "build", items: [] });
  return {
    id,
    fold,
    connection: ref("live"),
    loaded: ref(true),
    isBusy: {
      get value() {
        return fold.status === "running" || fold.status === "interrupted";
      },
    },
    send: vi.fn().mockResolvedValue(undefined),
    status: vi.fn(() => Promise.resolve(fold.status === "failed" ? "idle" : fold.status)),
  };
};
type FakeThread = ReturnType<typeof newThread>;

let scope: EffectScope;
let count = 0;
const freshId = () => `thread-${count++}`;
const outboxOf = (thread: FakeThread) => scope.run(() => useOutbox(thread as unknown as LiveThread))!;

beforeEach(() => {
  scope = effectScope();
  sessionStorage.clear();
});
afterEach(() => {
  scope.stop();
});

describe("the outbox", () => {
  it("sends at once where no turn runs, and forgets what was acknowledged", async () => {
    const thread = newThread(freshId());
    const outbox = outboxOf(thread);

    outbox.add("hello");
    await flushPromises();

    expect(thread.send).toHaveBeenCalledExactlyOnceWith("hello", undefined, expect.stringMatching(/^[0-9a-f]{32}$/));
    expect(outbox.entries).toEqual([]);
  });

  it("keeps what is said while a turn runs, and sends it when that has ended well, one turn each", async () => {
    const thread = newThread(freshId(), "running");
    thread.send.mockImplementation(() => Promise.resolve(void (thread.fold.status = "running")));
    const outbox = outboxOf(thread);
    outbox.add("one");
    outbox.add("two");
    await flushPromises();
    expect(thread.send).not.toHaveBeenCalled();

    thread.fold.status = "idle";
    await flushPromises();

    expect(thread.send.mock.calls.map(([text]) => text)).toEqual(["one"]);
    expect(outbox.entries.map(({ text }) => text)).toEqual(["two"]);
  });

  it("holds back what is queued when the turn was stopped, until a person says so", async () => {
    const thread = newThread(freshId(), "running");
    const outbox = outboxOf(thread);
    outbox.add("next");

    thread.fold.status = "failed";
    await flushPromises();
    expect(outbox.entries[0]!.state).toBe("held");
    expect(thread.send).not.toHaveBeenCalled();

    outbox.release(outbox.entries[0]!);
    await flushPromises();
    expect(thread.send).toHaveBeenCalledOnce();
  });

  it("sends before what is held what is said after it, at once or when the turn is over", async () => {
    const thread = newThread(freshId(), "running");
    thread.send.mockImplementation(() => Promise.resolve(void (thread.fold.status = "running")));
    const outbox = outboxOf(thread);
    outbox.add("held");
    thread.fold.status = "failed";
    await flushPromises();

    outbox.add("now");
    await flushPromises();
    outbox.add("then");
    await flushPromises();
    expect(outbox.entries.map(({ text }) => text)).toEqual(["then", "held"]);
    thread.fold.status = "idle";
    await flushPromises();

    expect(thread.send.mock.calls.map(([text]) => text)).toEqual(["now", "then"]);
    expect(outbox.entries).toMatchObject([{ text: "held", state: "held" }]);
  });

  it.each([
    ["may be the past", () => Promise.resolve("running")],
    ["can't be compared", () => Promise.reject(new ApiProblem("unreachable", "No.", 0))],
  ])("asks the service before it sends what waited, and again where what is shown %s", async (_, answer) => {
    vi.useFakeTimers();
    const thread = newThread(freshId(), "running");
    thread.status.mockImplementation(answer);
    const outbox = outboxOf(thread);
    outbox.add("next");

    thread.fold.status = "idle";
    await vi.advanceTimersByTimeAsync(999);
    expect(thread.status).toHaveBeenCalledOnce();
    expect(outbox.entries[0]!.state).toBe("queued");

    thread.status.mockResolvedValue("idle");
    await vi.advanceTimersByTimeAsync(1);

    expect(thread.send).toHaveBeenCalledOnce();
    vi.useRealTimers();
  });

  it("looks no more when nobody is there", async () => {
    vi.useFakeTimers();
    const thread = newThread(freshId());
    thread.status.mockResolvedValue("running");
    thread.send.mockRejectedValueOnce(new ApiProblem("run_active", "A turn runs.", 409));
    outboxOf(thread).add("next");
    await vi.advanceTimersByTimeAsync(1_500);
    expect(thread.status).toHaveBeenCalledTimes(2);

    scope.stop();
    await vi.advanceTimersByTimeAsync(10_000);

    expect(thread.status).toHaveBeenCalledTimes(2);
    vi.useRealTimers();
  });

  it("queues what another tab was faster than", async () => {
    const thread = newThread(freshId());
    thread.status.mockResolvedValue("running");
    thread.send.mockRejectedValueOnce(new ApiProblem("run_active", "A turn runs.", 409));
    const outbox = outboxOf(thread);

    outbox.add("hello");
    await flushPromises();

    expect(outbox.entries[0]).toMatchObject({ text: "hello", state: "queued", problem: undefined });
  });

  it("loses nothing when sending fails, and tries again with the same key", async () => {
    const thread = newThread(freshId());
    thread.send.mockRejectedValueOnce(new ApiProblem("unreachable", "No.", 0));
    const outbox = outboxOf(thread);
    outbox.add("hello");
    await flushPromises();
    expect(outbox.entries[0]).toMatchObject({ text: "hello", state: "failed", problem: { code: "unreachable" } });

    outbox.release(outbox.entries[0]!);
    await flushPromises();

    expect(thread.send.mock.calls[1]![2]).toBe(thread.send.mock.calls[0]![2]);
    expect(outbox.entries).toEqual([]);
  });

  it("asks again, with the same key, for a message that is still being taken in", async () => {
    vi.useFakeTimers();
    const thread = newThread(freshId());
    thread.send.mockRejectedValueOnce(new ApiProblem("request_in_progress", "Wait.", 409));
    const outbox = outboxOf(thread);
    outbox.add("hello");
    await vi.advanceTimersByTimeAsync(0);
    expect(outbox.entries[0]).toMatchObject({ state: "sending", problem: undefined });

    await vi.advanceTimersByTimeAsync(1_000);

    expect(thread.send).toHaveBeenCalledTimes(2);
    expect(thread.send.mock.calls[1]![2]).toBe(thread.send.mock.calls[0]![2]);
    expect(outbox.entries).toEqual([]);
    vi.useRealTimers();
  });

  it("has what waits after a reload, with its key", async () => {
    const id = freshId();
    const box = [{ key: "k1", text: "later", mode: "plan", state: "sending" }];
    sessionStorage.setItem("holdpoint.outbox", JSON.stringify([[id, box]]));
    vi.resetModules();
    const reloaded = await import("./outbox");
    const thread = newThread(id);

    scope.run(() => reloaded.useOutbox(thread as unknown as LiveThread));
    await flushPromises();

    expect(thread.send).toHaveBeenCalledExactlyOnceWith("later", "plan", "k1");
    expect(sessionStorage.getItem("holdpoint.outbox")).toBeNull();
  });

  it("keeps what waits for a reload", () => {
    const thread = newThread(freshId(), "running");

    outboxOf(thread).add("later");

    const kept = JSON.parse(sessionStorage.getItem("holdpoint.outbox")!) as [string, object[]][];
    expect(kept.find(([id]) => id === thread.id)).toMatchObject([thread.id, [{ text: "later", state: "queued" }]]);
  });

  it("sends what was left for a thread, whatever happened in it before", async () => {
    const thread = newThread(freshId(), "failed");
    leaveFor(thread.id, "edited", "build");

    outboxOf(thread);
    await flushPromises();

    expect(thread.send).toHaveBeenCalledOnce();
  });
});
