import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope, type EffectScope } from "vue";
import { giveKey, type Thread, type WireEvent } from "../api/client";
import { refusal, serve, threadOf, waiting } from "../test-service";
import { refresh } from "../threads/threads";
import { openThread, type LiveThread } from "./live";

const WAIT = 5_000;
const LOOK_MILLIS = 1_500;

type History = [WireEvent, string][];

function frame(event: WireEvent, id?: string): Uint8Array {
  const text = `${id ? `id: ${id}\n` : ""}event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
  return new TextEncoder().encode(text);
}

/** A stream that ends with what had happened. */
const past = (history: History) =>
  new Response(
    new ReadableStream({
      start(to) {
        for (const [event, id] of history) to.enqueue(frame(event, id));
        to.close();
      },
    }),
  );

/** A service with one thread, whose streams say what the test says. */
class Service {
  thread: Thread = threadOf("t");
  listed: Thread = threadOf("t");
  messages: () => unknown = () => ({ messages: [{ id: "m", role: "user", content: "Look around" }] });
  history: () => unknown = () => past([]);
  resume: () => unknown = () => ({ success: true, message: "" });
  readonly streams: ReadableStreamDefaultController<Uint8Array>[] = [];
  readonly asked: Request[];

  constructor() {
    this.asked = serve({
      "GET /api/threads": () => ({ threads: [this.listed], next_cursor: null }),
      "GET /api/threads/t": () => this.thread,
      "GET /api/threads/t/messages": () => this.messages(),
      "GET /api/threads/t/events": ({ url }) =>
        url.endsWith("follow=false")
          ? this.history()
          : new Response(new ReadableStream({ start: (to) => void this.streams.push(to) })),
      "POST /api/resume/t": () => this.resume(),
      "PATCH /api/threads/t": () => this.thread,
      "POST /api/threads/t/cancel": () => ({ success: true, message: "" }),
      "POST /api/threads/t/fork": () => threadOf("copy"),
    });
  }

  says(event: WireEvent, id?: string, stream = this.streams.at(-1)!): void {
    stream.enqueue(frame(event, id));
  }

  to(path: string): Request[] {
    return this.asked.filter(({ url }) => new URL(url).pathname === path);
  }

  /** The streams that were asked for to be followed. */
  get followed(): Request[] {
    return this.to("/api/threads/t/events").filter(({ url }) => !url.endsWith("follow=false"));
  }
}

const started: WireEvent = { type: "RUN_STARTED", threadId: "t", runId: "r1" };
const waits: WireEvent = {
  type: "RUN_FINISHED",
  threadId: "t",
  runId: "r1",
  outcome: { type: "interrupt", interrupts: waiting("i1", "i2") },
};
const prints = (text: string): WireEvent => ({
  type: "CUSTOM",
  name: "tool_output",
  value: { tool_call_id: "c1", stream: "stdout", text },
});

describe("an open thread", () => {
  let service: Service;
  let scope: EffectScope;
  let thread: LiveThread;

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    service = new Service();
    scope = effectScope();
    thread = scope.run(() => openThread("t"))!;
    await vi.waitFor(() => expect(service.streams).toHaveLength(1), WAIT);
  });

  afterEach(() => {
    scope.stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
    sessionStorage.clear();
  });

  /** The page looks for what is in no stream, and has its answers. */
  async function looks(): Promise<void> {
    vi.advanceTimersByTime(LOOK_MILLIS);
    await new Promise((answered) => setTimeout(answered));
  }

  const pending = () => thread.fold.waiting.map(({ interrupt }) => interrupt!.id);

  async function interrupted(): Promise<void> {
    service.thread = threadOf("t", { interrupts: waiting("i1", "i2"), last_event_id: "2" });
    service.says(started, "1");
    service.says(waits, "2");
    await vi.waitFor(() => expect(pending()).toEqual(["i1", "i2"]), WAIT);
  }

  it("shows what is said, with the person's words", async () => {
    service.says(started, "1");

    await vi.waitFor(() => expect(thread.fold.items).toMatchObject([{ kind: "user", text: "Look around" }]), WAIT);
    expect(thread.isBusy.value).toBe(true);
    expect(thread.connection.value).toBe("live");
  });

  it("shows output once, though each stream tells it from its beginning", async () => {
    service.says(started, "1");
    service.says({ type: "CUSTOM", name: "tool_started", value: { tool_call_id: "c1" } }, "2");
    service.says(prints("a\n"));
    service.says(prints("b\n"));
    await vi.waitFor(() => expect(thread.fold.items[1]).toMatchObject({ output: [{ text: "a\nb\n" }] }), WAIT);
    service.streams[0]!.close();
    await vi.waitFor(() => expect(service.streams).toHaveLength(2), WAIT);

    service.says(prints("a\nb\n"));
    service.says(prints("c\n"));

    await vi.waitFor(() => expect(thread.fold.items[1]).toMatchObject({ output: [{ text: "a\nb\nc\n" }] }), WAIT);
    expect(service.followed[1]!.headers.get("Last-Event-ID")).toBe("2");
  });

  it("takes what comes though the page goes to the background before the next frame", async () => {
    vi.stubGlobal("requestAnimationFrame", () => 0);

    service.says(started, "1");

    await vi.waitFor(() => expect(thread.fold.status).toBe("running"), WAIT);
  });

  it("asks again for what people said, and calls that no problem", async () => {
    await vi.waitFor(() => expect(service.to("/api/threads/t/messages")).toHaveLength(1), WAIT);
    service.messages = () => refusal(503, "store_unavailable");
    service.says(started, "1");
    service.says({ ...started, runId: "r2" }, "2");
    await vi.waitFor(() => expect(service.to("/api/threads/t/messages")).toHaveLength(2), WAIT);

    const content = ["Look around", "And now?"];
    service.messages = () => ({ messages: content.map((content) => ({ id: content, role: "user", content })) });
    await looks();

    const items = content.map((text) => ({ text }));
    await vi.waitFor(() => expect(thread.fold.items).toMatchObject(items), WAIT);
    expect(thread.problem.value).toBeUndefined();
  });

  it("comes back to everything when its cursor meant nothing", async () => {
    service.says(started, "7");
    await vi.waitFor(() => expect(thread.fold.items).toHaveLength(1), WAIT);
    service.says({ type: "CUSTOM", name: "resync" });
    await vi.waitFor(() => expect(thread.fold.items).toHaveLength(0), WAIT);

    service.streams[0]!.close();

    await vi.waitFor(() => expect(service.streams).toHaveLength(2), WAIT);
    expect(service.followed[1]!.headers.get("Last-Event-ID")).toBeNull();
  });

  it("sees what was decided elsewhere", async () => {
    await interrupted();

    service.thread = threadOf("t", { interrupts: waiting("i2"), last_event_id: "3" });
    await looks();

    await vi.waitFor(() => expect(pending()).toEqual(["i2"]), WAIT);
    expect(thread.isBusy.value).toBe(true);
  });

  it("sees at once what was decided before it came", async () => {
    service.thread = threadOf("t", { interrupts: waiting("i2"), last_event_id: "3" });

    service.says(started, "1");
    service.says(waits, "2");

    // Before the next look is due: waiting moves the clock.
    await vi.waitFor(() => expect(pending()).toEqual(["i2"]), LOOK_MILLIS / 2);
  });

  it("looks at nothing while nobody looks at it", async () => {
    await interrupted();
    vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    const asked = service.asked.length;

    await looks();

    expect(service.asked).toHaveLength(asked);
  });

  it("goes by the newest that it knows of title and mode", async () => {
    const snapshot = (title: string): WireEvent => ({
      type: "STATE_SNAPSHOT",
      snapshot: {
        todos: [{ content: "a", status: "pending" }],
        title,
        usage: { input_tokens: 0, output_tokens: 0 },
        mode: "plan",
      },
    });
    await vi.waitFor(() => expect(thread.fold.title).toBe("Title of t"), WAIT);

    service.says(snapshot("older than that"), "1");
    await vi.waitFor(() => expect(thread.fold.todos).toHaveLength(1), WAIT);
    expect(thread.fold).toMatchObject({ title: "Title of t", mode: "build" });

    service.says(snapshot("newer"), "2");
    await vi.waitFor(() => expect(thread.fold).toMatchObject({ title: "newer", mode: "plan" }), WAIT);
  });

  it("keeps a mode that was just chosen, whatever an older answer says", async () => {
    const older = threadOf("t", { last_event_id: "1" });
    let answer = () => {};
    service.thread = new Promise<void>((done) => (answer = done)).then(() => older) as unknown as Thread;
    const status = thread.status();
    service.thread = threadOf("t", { mode: "plan", last_event_id: "2" });

    await thread.setMode("plan");
    answer();
    await status;

    expect(thread.fold.mode).toBe("plan");
  });

  it("takes the mode that was chosen elsewhere, but none that is older than what it knows", async () => {
    await vi.waitFor(() => expect(thread.fold.title).toBe("Title of t"), WAIT);

    service.listed = threadOf("t", { mode: "plan", last_event_id: "5" });
    await refresh();
    expect(thread.fold.mode).toBe("plan");

    service.listed = threadOf("t", { mode: "build", last_event_id: "4" });
    await refresh();
    expect(thread.fold.mode).toBe("plan");
  });

  it("does what a person asks for", async () => {
    await thread.cancel();
    service.thread = threadOf("t", { mode: "plan", last_event_id: "2" });
    await thread.setMode("plan");
    service.thread = threadOf("t", { status: "failed" });

    expect(service.to("/api/threads/t/cancel")).toHaveLength(1);
    expect(thread.fold.mode).toBe("plan");
    expect(await thread.status()).toBe("failed");
    expect(await thread.fork(7)).toBe("copy");
    expect(await service.to("/api/threads/t/fork")[0]!.json()).toEqual({ at: 7 });
  });

  it("doesn't go by an answer that is older than what the stream said", async () => {
    await interrupted();
    service.thread = threadOf("t", { interrupts: [], last_event_id: "1" });

    // A decision that fails looks too, and its end can be waited for.
    service.resume = () => refusal(503, "store_unavailable");
    await expect(thread.decide([])).rejects.toMatchObject({ status: 503 });

    expect(pending()).toEqual(["i1", "i2"]);
  });

  it("decides in one request, and looks at what is left, also after a refusal", async () => {
    await interrupted();
    const decisions = [{ interrupt_id: "i1", digest: "d", type: "approve" as const }];
    service.thread = threadOf("t", { interrupts: waiting("i2"), last_event_id: "3" });

    await thread.decide(decisions);
    expect(pending()).toEqual(["i2"]);
    expect(await service.to("/api/resume/t")[0]!.json()).toEqual({ decisions });

    service.resume = () => refusal(409, "nothing_pending");
    service.thread = threadOf("t", { interrupts: [], last_event_id: "4" });
    await expect(thread.decide(decisions)).rejects.toMatchObject({ code: "nothing_pending" });
    expect(pending()).toEqual([]);
  });

  it("goes on where it was when a key is given", async () => {
    service.says(started, "1");
    await vi.waitFor(() => expect(thread.fold.items).toHaveLength(1), WAIT);

    giveKey("secret");

    await vi.waitFor(() => expect(service.streams).toHaveLength(2), WAIT);
    const second = service.followed[1]!;
    expect(second.headers.get("Authorization")).toBe("Bearer secret");
    expect(second.headers.get("Last-Event-ID")).toBe("1");
    service.says({ ...started, runId: "old" }, "2", service.streams[0]);
    service.says({ ...started, runId: "new" }, "2");
    await vi.waitFor(() => expect(thread.fold.items.map(({ id }) => id)).toEqual(["r1", "new"]), WAIT);
  });

  it("lets go of everything when its scope ends", async () => {
    await interrupted();
    scope.stop();
    const asked = service.asked.length;
    await looks();
    expect(service.asked).toHaveLength(asked);

    const other = effectScope();
    const same = other.run(() => openThread("t"))!;
    await vi.waitFor(() => expect(service.streams).toHaveLength(2), WAIT);
    for (const stream of service.streams) service.says({ ...started, runId: "r2" }, "3", stream);
    await vi.waitFor(() => expect(same.fold.status).toBe("running"), WAIT);
    expect(thread.fold.status).toBe("interrupted");
    other.stop();
  });
});

describe("a thread with a history", () => {
  const runs: WireEvent = { type: "CUSTOM", name: "tool_started", value: { tool_call_id: "c1" } };
  const renamed = threadOf("t", { last_event_id: "9" });
  let service: Service;
  let scope: EffectScope;

  beforeEach(() => {
    service = new Service();
    scope = effectScope();
  });

  afterEach(() => {
    scope.stop();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  const opened = () => scope.run(() => openThread("t"))!;

  it("is loaded when all of it was taken, though not every event has a word in the stream", async () => {
    let end!: () => void;
    service.history = () =>
      new Response(
        new ReadableStream({
          start(to) {
            to.enqueue(frame(started, "1"));
            end = () => (to.enqueue(frame(runs, "2")), to.close());
          },
        }),
      );
    service.thread = renamed;
    const thread = opened();
    await vi.waitFor(() => expect(thread.fold.items).toHaveLength(1), WAIT);
    expect(thread.loaded.value).toBe(false);

    end();

    await vi.waitFor(() => expect(thread.loaded.value).toBe(true), WAIT);
    expect(thread.fold.items[1]).toMatchObject({ kind: "call", state: "running" });
  });

  it("knows when a call began only of those that it saw begin", async () => {
    service.history = () =>
      past([
        [started, "1"],
        [runs, "2"],
      ]);
    const thread = opened();
    await vi.waitFor(() => expect(service.streams).toHaveLength(1), WAIT);
    expect(thread.fold.items[1]).toMatchObject({ id: "c1", ran: true, startedAt: undefined });

    service.says({ ...runs, value: { tool_call_id: "c2" } } as WireEvent, "3");
    await vi.waitFor(
      () => expect(thread.fold.items[2]).toMatchObject({ ran: true, startedAt: expect.any(Number) }),
      WAIT,
    );

    service.history = () => past([[{ ...runs, value: { tool_call_id: "c3" } } as WireEvent, "4"]]);
    service.streams[0]!.error(new TypeError("cut"));
    await vi.waitFor(() => expect(thread.fold.items[3]).toMatchObject({ ran: true, startedAt: undefined }), WAIT);
  });

  it("is loaded anew where the cursor of a page that comes back meant nothing", async () => {
    const thread = opened();
    await vi.waitFor(() => expect(service.streams).toHaveLength(1), WAIT);
    expect(thread.loaded.value).toBe(true);

    service.history = () =>
      new Response(new ReadableStream({ start: (to) => to.enqueue(frame({ type: "CUSTOM", name: "resync" })) }));
    service.streams[0]!.error(new TypeError("cut"));

    await vi.waitFor(() => expect(thread.loaded.value).toBe(false), WAIT);
  });

  it("that is empty is loaded though its stream says nothing", async () => {
    const thread = opened();

    await vi.waitFor(() => expect(thread.loaded.value).toBe(true), WAIT);

    expect(thread.fold.items).toEqual([]);
  });
});

describe("a thread that is gone", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("says so, and isn't asked for again", async () => {
    const asked = serve({});
    const scope = effectScope();
    const thread = scope.run(() => openThread("t"))!;

    await vi.waitFor(() => expect(thread.problem.value).toMatchObject({ code: "not_found" }), WAIT);

    expect(thread.connection.value).toBe("lost");
    expect(asked.filter(({ url }) => url.includes("/events"))).toHaveLength(1);
    scope.stop();
  });
});

describe("a thread that wants a key", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    sessionStorage.clear();
  });

  it("is there when the key is, and the problem gone", async () => {
    const streams: Request[] = [];
    serve({
      "GET /api/threads/t/events": (request) => {
        if (!request.headers.has("Authorization")) return refusal(401, "unauthenticated");
        if (request.url.endsWith("follow=false")) return past([]);
        streams.push(request);
        return new Response(new ReadableStream());
      },
    });
    const scope = effectScope();
    const thread = scope.run(() => openThread("t"))!;
    await vi.waitFor(() => expect(thread.problem.value).toMatchObject({ code: "unauthenticated" }), WAIT);

    giveKey("secret");

    await vi.waitFor(() => expect(streams).toHaveLength(1), WAIT);
    expect(thread.problem.value).toBeUndefined();
    scope.stop();
  });
});
