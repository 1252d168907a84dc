import { afterEach, describe, expect, it, vi } from "vitest";
import { serve } from "../test-service";
import { api, ApiProblem, call, data } from "./client";

const unreachable = { code: "unreachable", status: 0 };

/** Says nothing until it is ended. */
const hang = ({ signal }: Request) =>
  new Promise((_, fail) => signal.addEventListener("abort", () => fail(signal.reason)));

describe("calls", () => {
  afterEach(() => vi.restoreAllMocks());

  it("take an answer that breaks off for a service that isn't reached", async () => {
    const broken = new ReadableStream({ start: (on) => on.error(new TypeError("network error")) });
    serve({ "GET /api/status": () => new Response(broken, { headers: { "Content-Type": "application/json" } }) });

    const answer = data(api.GET("/api/status"));

    await expect(answer).rejects.toBeInstanceOf(ApiProblem);
    await expect(answer).rejects.toMatchObject(unreachable);
  });

  it("take one that doesn't come in time for the same", async () => {
    const limit = new AbortController();
    const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValue(limit.signal);
    serve({ "GET /api/status": hang });

    const answer = data(api.GET("/api/status"));
    setTimeout(() => limit.abort(new DOMException("too late", "TimeoutError")));

    await expect(answer).rejects.toMatchObject(unreachable);
    expect(timeout).toHaveBeenCalledWith(30_000);
  });

  it("have all the time that an action needs, and leave a stream as it comes", async () => {
    const timeout = vi.spyOn(AbortSignal, "timeout");
    const stream = new ReadableStream();
    serve({ "POST /api/sessions": () => new Response(stream, { headers: { "Content-Type": "text/event-stream" } }) });

    const { response } = await api.POST("/api/sessions", { body: {}, parseAs: "stream" });

    expect(response.body).not.toBeNull();
    expect(timeout).not.toHaveBeenCalled();
  });

  it("that their caller ends are no problem of the service", async () => {
    const ended = new AbortController();
    serve({ "GET /x": hang });

    const answer = call("http://localhost:3000/x", { signal: ended.signal });
    setTimeout(() => ended.abort());

    await expect(answer).rejects.toMatchObject({ name: "AbortError" });
  });

  it("hold what was said, or nothing where nothing was said", async () => {
    // As browsers give it: there is a body, and nothing in it.
    const empty = Object.defineProperty(new Response(""), "status", { value: 204 });
    serve({ "GET /api/status": () => ({ ready: true }), "DELETE /api/threads/a": () => empty });

    expect(await data(api.GET("/api/status"))).toEqual({ ready: true });
    await expect(api.DELETE("/api/threads/{id}", { params: { path: { id: "a" } } })).resolves.toBeDefined();
  });
});
