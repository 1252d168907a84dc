import { vi } from "vitest";
import type { Interrupt, Schemas, Thread } from "./api/client";

/** What a scripted service answers: a body, or a response of its own; throwing is not being reached. */
type Answer = (request: Request, url: URL) => unknown;

/**
 * A service made of answers to "METHOD /path" (without the query), or of one for everything; whatever has none is `not_found`.
 *
 * @returns the requests that came
 */
export function serve(answers: Record<string, Answer> | Answer): Request[] {
  const asked: Request[] = [];
  vi.stubGlobal("fetch", async (input: Request | string | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    asked.push(request);
    const url = new URL(request.url);
    const answer = typeof answers === "function" ? answers : answers[`${request.method} ${url.pathname}`];
    const said = answer ? await answer(request.clone(), url) : refusal(404, "not_found");
    return said instanceof Response ? said : Response.json(said);
  });
  return asked;
}

export function refusal(status: number, code: string, detail = `It is ${code}.`): Response {
  return Response.json({ status, code, detail }, { status });
}

export function threadOf(id: string, of: Partial<Thread> = {}): Thread {
  return {
    thread_id: id,
    title: `Title of ${id}`,
    status: of.interrupts?.length ? "interrupted" : "idle",
    mode: "build",
    created_at: "2026-01-01T00:00:00Z",
    updated_at: "2026-01-01T00:00:00Z",
    todos: [],
    interrupt: null,
    interrupts: [],
    usage: { input_tokens: 0, output_tokens: 0 },
    sandbox: { backend: "bubblewrap", state: "none" },
    last_event_id: "1",
    metadata: {},
    ...of,
  };
}

/** A page of the list of threads, the last one if there is no cursor. */
export function pageOf(threads: Thread[], next_cursor: string | null = null): Schemas["ThreadPage"] {
  return { threads, next_cursor, waiting: threads.reduce((sum, { interrupts }) => sum + interrupts.length, 0) };
}

export function waiting(...ids: string[]): Interrupt[] {
  return ids.map((id) => ({
    id,
    reason: "tool_call",
    message: "May it run?",
    toolCallId: `call-${id}`,
    responseSchema: {},
    metadata: { tool: "execute", args: {}, digest: "d", rendering: "ls", allowed_decisions: ["approve", "reject"] },
  }));
}
