import { EventSourceParserStream } from "eventsource-parser/stream";
import { ApiProblem, apiUrl, call, type WireEvent } from "../api/client";
import { takeSlot } from "./slots";

/** lost: nothing is known of the service since a while; the page tries again by itself. */
export type Connection = "connecting" | "live" | "lost";

export interface Follower {
  /** The event to go on after. */
  lastId(): string | undefined;
  take(event: WireEvent, id: string | undefined): void;
  connection(now: Connection): void;
  /** All that had happened before was taken; what comes from here on comes as it happens, until the connection is lost. */
  caughtUp(): void;
}

// The service sends a heartbeat every 15 s at the latest.
const SILENCE_MILLIS = 35_000;
const FIRST_RETRY_MILLIS = 500;
const LAST_RETRY_MILLIS = 5_000;
const POLL_MILLIS = 1_000;

/**
 * Follows a thread until the signal says stop, over lost connections and restarts of the service. What was missed is read
 * first, by a stream that ends with it, as one that goes on doesn't tell where the past ends. A tab that nobody looks at,
 * and one for which the browser has no connection left, asks again and again instead of holding a stream.
 *
 * @throws ApiProblem when coming back would not help: the thread is gone, or a key is wanted
 */
export async function follow(threadId: string, follower: Follower, signal: AbortSignal): Promise<void> {
  let wait = FIRST_RETRY_MILLIS;
  let isBehind = true;
  let seen = seenOrHidden(signal);
  while (!signal.aborted) {
    if (seen.aborted) seen = seenOrHidden(signal);
    const slot = document.hidden || isBehind ? undefined : await takeSlot(signal);
    try {
      await readStream(threadId, follower, seen, slot !== undefined, () => {
        if (!isBehind) wait = FIRST_RETRY_MILLIS;
      });
      if (isBehind && !seen.aborted) {
        isBehind = false;
        follower.caughtUp();
        continue;
      }
      await pause(slot ? wait : POLL_MILLIS, seen);
    } catch (failure) {
      if (signal.aborted) return;
      if (seen.aborted) continue;
      if (failure instanceof ApiProblem && !isPassing(failure)) throw failure;
      isBehind = true;
      follower.connection("lost");
      await pause(wait * (0.75 + Math.random() / 2), seen);
      wait = Math.min(wait * 2, LAST_RETRY_MILLIS);
    } finally {
      slot?.();
    }
  }
}

/** Aborts with the signal, and when the tab comes to the front or leaves it. */
function seenOrHidden(signal: AbortSignal): AbortSignal {
  const changed = new AbortController();
  document.addEventListener("visibilitychange", () => changed.abort(), { once: true, signal });
  return AbortSignal.any([signal, changed.signal]);
}

/** Whether a problem may go away by itself. */
function isPassing(problem: ApiProblem): boolean {
  return problem.status === 0 || problem.status === 429 || problem.status >= 500;
}

async function readStream(
  threadId: string,
  follower: Follower,
  outer: AbortSignal,
  stay: boolean,
  answered: () => void,
): Promise<void> {
  const silence = new AbortController();
  const signal = AbortSignal.any([outer, silence.signal]);
  let alarm = setTimeout(() => silence.abort(), SILENCE_MILLIS);
  const heard = () => {
    clearTimeout(alarm);
    alarm = setTimeout(() => silence.abort(), SILENCE_MILLIS);
  };
  try {
    const lastId = follower.lastId();
    const url = apiUrl(`/api/threads/${encodeURIComponent(threadId)}/events${stay ? "" : "?follow=false"}`);
    const response = await call(url, { headers: lastId ? { "Last-Event-ID": lastId } : {}, signal });
    follower.connection("live");
    answered();
    const frames = response
      .body!.pipeThrough(watched(heard))
      .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
      .pipeThrough(new EventSourceParserStream())
      .getReader();
    for (;;) {
      const { value, done } = await frames.read();
      if (done || outer.aborted) return;
      follower.take(JSON.parse(value.data) as WireEvent, value.id);
    }
  } finally {
    clearTimeout(alarm);
  }
}

/** Passes everything on, and says each time that something came. */
function watched(heard: () => void): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream({
    transform(chunk, on) {
      heard();
      on.enqueue(chunk);
    },
  });
}

function pause(millis: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) return done();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      done();
    };
    const timer = setTimeout(end, millis);
    signal.addEventListener("abort", end);
  });
}
