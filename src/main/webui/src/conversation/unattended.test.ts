import { flushPromises } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope, ref, type EffectScope } from "vue";
import type { Thread, WireEvent } from "../api/client";
import { pageOf, refusal, serve, threadOf } from "../test-service";
import type { LiveThread } from "../thread/live";
import { hide, refresh, show } from "../threads/threads";
import { boxOf, leaveFor, useOutbox, type OutgoingState } from "./outbox";
import { keepSending } from "./unattended";

const STARTED: WireEvent = { type: "RUN_STARTED", threadId: "t", runId: "r1" };
const FINISHED: WireEvent = { type: "RUN_FINISHED", threadId: "t", runId: "r1", outcome: { type: "success" } };
const STOPPED: WireEvent = { type: "RUN_ERROR", code: "cancelled", message: "Stopped." };

let scope: EffectScope;
let asked: Request[];
let count = 0;
let id: string;

/** A thread as it is by now, with a message that was written for its end. */
function waits(events: WireEvent[], of: Partial<Thread> = {}, state: OutgoingState = "queued", isListed = true): void {
  const thread = threadOf(id, of);
  const frames = events.map((event, at) => `id: ${at + 1}\ndata: ${JSON.stringify(event)}\n\n`);
  asked = serve({
    "GET /api/threads": () => pageOf(isListed ? [thread] : []),
    [`GET /api/threads/${id}`]: () => thread,
    [`GET /api/threads/${id}/messages`]: () => ({ messages: [] }),
    [`GET /api/threads/${id}/events`]: ({ url }) =>
      new Response(url.endsWith("follow=false") ? frames.join("") : new ReadableStream()),
    [`POST /api/chat/${id}`]: () => new Response(""),
  });
  leaveFor(id, "next", "build");
  boxOf(id)[0]!.state = state;
}

async function looks(): Promise<void> {
  await refresh();
  await flushPromises();
}

const said = () => asked.filter(({ method }) => method === "POST");
const opened = () => asked.filter(({ url }) => url.includes("/events"));
const box = () => boxOf(id);

describe("what waits for a thread that isn't open", () => {
  beforeEach(() => {
    id = `thread-${count++}`;
    scope = effectScope();
    scope.run(keepSending);
  });
  afterEach(() => {
    scope.stop();
    box().length = 0;
    vi.unstubAllGlobals();
  });

  it("is sent once when the turn has ended well, and the thread left alone", async () => {
    waits([STARTED, FINISHED]);
    const { key } = box()[0]!;

    await looks();
    await looks();
    await vi.waitFor(() => expect(box()).toEqual([]));

    expect(said().map(({ url, headers }) => [url.endsWith(`/api/chat/${id}`), headers.get("Idempotency-Key")])).toEqual(
      [[true, key]],
    );
    expect(opened().every(({ signal }) => signal.aborted)).toBe(true);
  });

  it("is sent also where the thread isn't among those that are listed", async () => {
    waits([STARTED, FINISHED], {}, "queued", false);

    await looks();

    await vi.waitFor(() => expect(box()).toEqual([]));
    expect(said()).toHaveLength(1);
  });

  it("is held when a person stopped the turn", async () => {
    waits([STARTED, STOPPED]);

    await looks();

    await vi.waitFor(() => expect(box()).toMatchObject([{ state: "held" }]));
    expect(said()).toEqual([]);
  });

  it.each([
    ["a turn runs", { status: "running" }, "queued"],
    ["a call waits", { status: "interrupted" }, "queued"],
    ["a person has to say when", {}, "held"],
    ["it failed", {}, "failed"],
  ] as [string, Partial<Thread>, OutgoingState][])("waits on while %s", async (_, of, state) => {
    waits([STARTED, FINISHED], of, state);

    await looks();

    expect(opened()).toEqual([]);
    expect(box()).toMatchObject([{ state }]);
  });

  it("is left to the page that has it open", async () => {
    waits([STARTED, FINISHED]);
    const fold = { status: "running", items: [] };
    const page = { id, fold, connection: ref("live"), loaded: ref(true), isBusy: ref(true) };
    scope.run(() => useOutbox(page as unknown as LiveThread));

    await looks();

    expect(opened()).toEqual([]);
  });

  it("is not sent to a thread that is being deleted, and forgotten when that is gone", async () => {
    waits([STARTED, FINISHED]);
    hide(id);
    await looks();
    expect(opened()).toEqual([]);

    show(id);
    asked = serve({
      "GET /api/threads": () => pageOf([]),
      [`GET /api/threads/${id}`]: () => refusal(404, "not_found"),
    });
    await looks();

    expect(box()).toEqual([]);
    expect(said()).toEqual([]);
  });
});
