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
  vi.resetModules();
});

describe("the outbox", () => {
  it("sends at once where no turn runs, and forgets what was acknowledged", async () => {
    const thread = newThread(freshId());
    const outbox = outboxOf(thread);

    outbox.add("hello");
    await flushPromises();

    expect(thread.send).toHaveBeenCalledExactlyOnceWith("hello", "build", expect.stringMatching(/^[0-9a-f]{32}$/));
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

  it("asks the service before it sends what waited: what is shown may be the past", async () => {
    const thread = newThread(freshId(), "running");
    thread.status.mockResolvedValue("running");
    const outbox = outboxOf(thread);
    outbox.add("next");

    thread.fold.status = "idle";
    await flushPromises();

    expect(thread.send).not.toHaveBeenCalled();
    expect(outbox.entries[0]!.state).toBe("queued");
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
    const kept = [{ key: "k1", text: "later", mode: "plan", state: "sending" }];
    sessionStorage.setItem(`holdpoint.outbox.${id}`, JSON.stringify(kept));
    const thread = newThread(id);

    outboxOf(thread);
    await flushPromises();

    expect(thread.send).toHaveBeenCalledExactlyOnceWith("later", "plan", "k1");
    expect(sessionStorage.getItem(`holdpoint.outbox.${id}`)).toBeNull();
  });

  it("keeps what waits for a reload", () => {
    const thread = newThread(freshId(), "running");

    outboxOf(thread).add("later");

    expect(JSON.parse(sessionStorage.getItem(`holdpoint.outbox.${thread.id}`)!)).toMatchObject([
      { text: "later", state: "queued" },
    ]);
  });

  it("sends what was left for a thread, whatever happened in it before", async () => {
    const thread = newThread(freshId(), "failed");
    leaveFor(thread.id, "edited", "build");

    outboxOf(thread);
    await flushPromises();

    expect(thread.send).toHaveBeenCalledOnce();
  });
});
