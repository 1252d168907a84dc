import createClient from "openapi-fetch";
import { ref, watch } from "vue";
import { keptForTab } from "../shell/kept";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type Thread = Schemas["Thread"];
export type Interrupt = Schemas["Interrupt"];
export type Decision = Schemas["Decision"];
export type WireEvent = Schemas["Event"];
export type Outcome = Schemas["Outcome"];
export type Todo = Schemas["Todo"];
export type Usage = Schemas["Usage"];

const KEY = "holdpoint.key";

/** Whether the service wants a key that it didn't get; the page then asks for one. */
export const keyWanted = ref(false);

/** Counts the keys that were given: whoever gave up for want of one watches this and tries again. */
export const keysGiven = ref(0);

/** Kept for this tab only, and gone with it. */
export function giveKey(key: string): void {
  keptForTab.set(KEY, key);
  keyWanted.value = false;
  keysGiven.value++;
}

/** Until a key was given. */
export function nextKey(): Promise<void> {
  return new Promise((given) => {
    const stop = watch(keysGiven, () => {
      stop();
      given();
    });
  });
}

/** What the service said instead of an answer, or that it said nothing at all (code `unreachable`, status 0). */
export class ApiProblem extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    readonly retryAfterSeconds?: number,
    readonly field?: string,
  ) {
    super(message);
  }

  static async of(response: Response): Promise<ApiProblem> {
    const said: Partial<Schemas["Problem"]> = await response.json().catch(() => ({}));
    const wait = Number(response.headers.get("Retry-After")) || undefined;
    const words = said.detail || said.title || response.statusText || `HTTP ${response.status}`;
    return new ApiProblem(said.code ?? "unknown", words, response.status, wait, said.field);
  }
}

/** The address of a call, relative to the page's own place, so that the service may live under a path. */
export function apiUrl(path: string): string {
  return new URL(path.replace(/^\//, ""), document.baseURI).toString();
}

/** What the header `Authorization` says, where there is a key. */
export function authorization(): string | undefined {
  const key = keptForTab.get(KEY);
  return key ? `Bearer ${key}` : undefined;
}

/** Within this an answer is there; a network that changed or slept may never say that it is gone. */
const ANSWER_MILLIS = 30_000;

export const timeLimit = () => AbortSignal.timeout(ANSWER_MILLIS);

/** What to make of a request that failed on its way: the caller's own end of it, or a service that isn't reached. */
function unreached(failure: unknown, signal?: AbortSignal): unknown {
  const wasEnded = signal?.aborted && (signal.reason as DOMException | undefined)?.name !== "TimeoutError";
  return wasEnded ? failure : new ApiProblem("unreachable", "The service can't be reached.", 0);
}

/**
 * `fetch` with the key.
 *
 * @throws ApiProblem for every answer but a success
 */
export async function call(input: string | Request, init: RequestInit = {}): Promise<Response> {
  const request = new Request(input, init);
  const shown = authorization();
  if (shown) request.headers.set("Authorization", shown);
  const response = await fetch(request).catch((failure) => {
    throw unreached(failure, request.signal);
  });
  if (response.ok) return response;
  if (response.status === 401) keyWanted.value = true;
  throw await ApiProblem.of(response);
}

/** As {@link call}, with the whole answer, so that nothing breaks off later; only streams are read as they come. */
async function callWhole(request: Request): Promise<Response> {
  const signal = request.method === "GET" ? AbortSignal.any([request.signal, timeLimit()]) : request.signal;
  const response = await call(request, { signal });
  if (!response.body || response.headers.get("Content-Type")?.startsWith("text/event-stream")) return response;
  const body = await bodyOf(response, signal);
  // Browsers give a 204 an empty body, and let nobody make one.
  return new Response(body.size > 0 ? body : null, response);
}

/** All of what an answer holds. @throws ApiProblem `unreachable` if it breaks off */
export function bodyOf(response: Response, signal?: AbortSignal): Promise<Blob> {
  return response.blob().catch((failure) => {
    throw unreached(failure, signal);
  });
}

/** The service's calls, typed by its own description. They throw {@link ApiProblem}, so `data` is always there. */
export const api = createClient<paths>({
  baseUrl: new URL(".", document.baseURI).toString().replace(/\/$/, ""),
  fetch: callWhole,
});

/** What an answer holds; the calls of {@link api} throw when there is none. */
export async function data<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}
