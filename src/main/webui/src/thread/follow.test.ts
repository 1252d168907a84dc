import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiProblem, type WireEvent } from "../api/client";
import { follow, type Connection } from "./follow";

interface Asked {
  url: string;
  lastEventId: string | null;
}

/** A service that answers with one body after another, each ending where its text ends. */
class ScriptedService {
  readonly asked: Asked[] = [];
  private readonly answers: (() => Response | Promise<Response>)[] = [];

  answer(...bodies: (string | Response | Error)[]): void {
    for (const body of bodies) {
      this.answers.push(() => {
        if (body instanceof Error) return Promise.reject(body);
        return body instanceof Response ? body : new Response(body);
      });
    }
  }

  readonly fetch = async (request: Request): Promise<Response> => {
    this.asked.push({ url: request.url, lastEventId: request.headers.get("Last-Event-ID") });
    const next = this.answers.shift();
    if (next) return next();
    // Nothing more is said, until the page leaves.
    return new Promise((_, fail) => request.signal.addEventListener("abort", () => fail(request.signal.reason)));
  };
}

const event = (runId: string): WireEvent => ({ type: "RUN_STARTED", threadId: "t", runId });
const frame = (id: string) => `id: ${id}\nevent: RUN_STARTED\ndata: ${JSON.stringify(event(`r${id}`))}\n\n`;

describe("follow", () => {
  let service: ScriptedService;
  let taken: { event: WireEvent; id: string | undefined }[];
  let connections: Connection[];
  let stop: AbortController;
  /** What had been taken each time that the page was told to have it all. */
  let caughtUp: number[];

  const start = () =>
    follow(
      "t",
      {
        lastId: () => taken.findLast(({ id }) => id)?.id,
        take: (event, id) => taken.push({ event, id }),
        connection: (now) => connections.push(now),
        caughtUp: () => caughtUp.push(taken.length),
      },
      stop.signal,
    );

  beforeEach(() => {
    service = new ScriptedService();
    taken = [];
    connections = [];
    caughtUp = [];
    stop = new AbortController();
    vi.stubGlobal("fetch", service.fetch);
  });

  afterEach(() => {
    stop.abort();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  it("comes back after the last event that it saw", async () => {
    service.answer("", frame("1") + frame("2"), frame("3"));

    void start();

    await vi.waitFor(() => expect(service.asked).toHaveLength(4), 5_000);
    expect(taken.map(({ id }) => id)).toEqual(["1", "2", "3"]);
    expect(service.asked.map(({ lastEventId }) => lastEventId)).toEqual([null, null, "2", "3"]);
  });

  it("reads what was missed to its end before it follows, and again when the connection was lost", async () => {
    service.answer(frame("1") + frame("2"), frame("3"), new TypeError("refused"), frame("4"));

    void start();

    await vi.waitFor(() => expect(service.asked).toHaveLength(5), 5_000);
    expect(service.asked.map(({ url }) => url.includes("follow=false"))).toEqual([true, false, false, true, false]);
    expect(caughtUp).toEqual([2, 4]);
  });

  it("says that the connection is lost, tries again, and says when it is back", async () => {
    service.answer(new TypeError("refused"), new Response("", { status: 503 }), frame("1"));

    void start();

    await vi.waitFor(() => expect(taken).toHaveLength(1), 5_000);
    expect(connections).toEqual(["lost", "lost", "live"]);
    expect(caughtUp).toEqual([1]);
  });

  it("gives up when coming back can't help", async () => {
    const gone = JSON.stringify({ code: "not_found", detail: "There is no such thread." });
    service.answer(new Response(gone, { status: 404 }));

    const ended = start();

    await expect(ended).rejects.toMatchObject({ code: "not_found", status: 404 } satisfies Partial<ApiProblem>);
    expect(service.asked).toHaveLength(1);
  });

  it("takes a frame that comes in pieces, in the middle of a character too", async () => {
    const bytes = new TextEncoder().encode(frame("1").replace("r1", "你好"));
    const pieces = new ReadableStream({
      start(to) {
        bytes.forEach((byte) => to.enqueue(Uint8Array.of(byte)));
        to.close();
      },
    });
    service.answer(new Response(pieces));

    void start();

    await vi.waitFor(() => expect(taken).toHaveLength(1));
    expect(taken[0]!.event).toEqual(event("你好"));
  });

  it("asks again and again where other tabs hold all the streams", async () => {
    const request = (_: string, __: object, held: (lock: null) => void) => Promise.resolve(held(null));
    vi.stubGlobal("navigator", { locks: { request } });
    service.answer(frame("1"), "");
    const listens = vi.spyOn(document, "addEventListener");

    void start();

    await vi.waitFor(() => expect(service.asked).toHaveLength(3), 3_000);
    expect(listens).toHaveBeenCalledTimes(1);
    expect(service.asked.every(({ url }) => url.endsWith("?follow=false"))).toBe(true);
    expect(taken).toHaveLength(1);
  });

  it("holds a stream where the browser blocks what tabs share", async () => {
    vi.stubGlobal("navigator", { locks: { request: () => Promise.reject(new DOMException("", "SecurityError")) } });
    service.answer("", frame("1"));

    void start();

    await vi.waitFor(() => expect(taken).toHaveLength(1));
    expect(service.asked[1]!.url).not.toContain("follow=false");
  });

  it("holds a stream only while somebody looks", async () => {
    const look = (hidden: boolean) => {
      vi.spyOn(document, "hidden", "get").mockReturnValue(hidden);
      document.dispatchEvent(new Event("visibilitychange"));
    };

    service.answer("");

    void start();
    await vi.waitFor(() => expect(service.asked).toHaveLength(2));
    look(true);
    await vi.waitFor(() => expect(service.asked).toHaveLength(3));
    look(false);
    await vi.waitFor(() => expect(service.asked).toHaveLength(4));

    expect(service.asked.map(({ url }) => url.includes("follow=false"))).toEqual([true, false, true, false]);
    expect(connections).not.toContain("lost");
  });
});
