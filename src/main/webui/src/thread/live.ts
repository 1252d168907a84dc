import { computed, onScopeDispose, reactive, ref, shallowRef, watch } from "vue";
import { api, ApiProblem, data, keysGiven, type Decision, type Thread, type WireEvent } from "../api/client";
import { allThreads } from "../threads/threads";
import { follow, type Connection } from "./follow";
import { ThreadFold } from "./fold";
import { sendMessage } from "./send";

/** How often a page looks for what is in no stream: decisions that were made elsewhere, and what people said. */
const LOOK_MILLIS = 1_500;
/** A page in the background is given no frames; its events are taken all the same, less often. */
const BACKGROUND_MILLIS = 500;

/** So many events at once are history, which nobody reads as it comes: it is drawn in fewer, larger steps. */
const HISTORY_EVENTS = 200;
const HISTORY_MILLIS = 250;

interface Taken {
  event: WireEvent;
  id: string | undefined;
  /** When it happened, as far as that was before this page's eyes. */
  seenAt: number | undefined;
  /** Whether it is the first of its stream. */
  isFirst: boolean;
}

/** A thread on the page: its conversation as it goes, and what a person can do with it. Ends with the scope that opened it. */
export function openThread(threadId: string) {
  const fold = reactive(new ThreadFold()) as ThreadFold;
  const connection = ref<Connection>("connecting");
  const problem = shallowRef<ApiProblem>();
  /** Whether the history that was there has been shown. */
  const loaded = ref(false);
  const path = { path: { id: threadId } };
  const old = { path: { thread_id: threadId } };
  let stop = new AbortController();
  let queue: Taken[] = [];
  let scheduled = false;
  let isHistory = false;
  let isFirst = false;
  /** Whether the stream tells what happened before this page's eyes. */
  let isPast = true;
  // The stream goes on after the last event that was taken off it, applied or not.
  let lastId: string | undefined;
  // Title and mode can be changed without a word in the stream: what it tells of the time before this doesn't count.
  let known: Thread | undefined;

  function take(event: WireEvent, id: string | undefined): void {
    queue.push({ event, id, isFirst, seenAt: isPast ? undefined : performance.now() });
    isFirst = false;
    if (event.type === "CUSTOM" && event.name === "resync") startAnew();
    if (id) lastId = id;
    if (scheduled) return;
    scheduled = true;
    if (!document.hidden && !isHistory) requestAnimationFrame(applyAll);
    // Also where a frame was promised: it doesn't come if the page goes to the background before it.
    setTimeout(applyAll, isHistory ? HISTORY_MILLIS : BACKGROUND_MILLIS);
  }

  function startAnew(): void {
    lastId = undefined;
    if (isPast) loaded.value = false;
  }

  /** All that came since the last frame, at once: a burst of tokens is one change of the page. */
  function applyAll(): void {
    if (!scheduled) return;
    scheduled = false;
    const taken = queue;
    queue = [];
    isHistory = taken.length > HISTORY_EVENTS;
    for (const { event, id, isFirst, seenAt } of taken) {
      if (isFirst) fold.reconnected();
      fold.apply(event, id, seenAt);
      if (event.type === "STATE_SNAPSHOT" && isOlder(id)) showKnown();
    }
    if (fold.wantsMessages) void loadMessages();
    if (taken.some(({ event }) => event.type === "RUN_FINISHED")) void lookAtPending();
  }

  const isOlder = (id = "0") => known !== undefined && Number(id) <= Number(known.last_event_id);

  function showKnown(): void {
    fold.title = known?.title ?? undefined;
    if (known) fold.mode = known.mode;
  }

  /** Answers overtake each other, so an older one than is known tells nothing. */
  function learn(thread: Thread): void {
    if (Number(thread.last_event_id) < Number(known?.last_event_id ?? 0)) return;
    known = thread;
    if (isOlder(lastId)) showKnown();
  }

  async function readThread(): Promise<Thread> {
    const thread = await data(api.GET("/api/threads/{id}", { params: path }));
    learn(thread);
    return thread;
  }

  let loadingMessages: Promise<void> | undefined;

  /** Without an answer they are asked for again, at the next look. */
  function loadMessages(): Promise<void> {
    loadingMessages ??= readMessages()
      .catch(() => {})
      .finally(() => (loadingMessages = undefined));
    return loadingMessages;
  }

  async function readMessages(): Promise<void> {
    const { messages } = await data(api.GET("/api/threads/{id}/messages", { params: path }));
    fold.said(messages.filter(({ role }) => role === "user").map(({ content }) => content ?? ""));
  }

  /** Without an answer all stays as it is shown: the next look comes soon. */
  async function lookAtPending(): Promise<void> {
    if (fold.status !== "interrupted") return;
    const thread = await readThread().catch(() => undefined);
    // The stream may have been faster than the answer, and what waits by now is not in it.
    if (!thread || Number(thread.last_event_id) < Number(lastId ?? 0)) return;
    if (fold.status === "interrupted") fold.stillPending(thread.interrupts);
  }

  function connected(now: Connection): void {
    connection.value = now;
    if (now === "live") isFirst = true;
    if (now === "lost") isPast = true;
    if (fold.wantsMessages || !loaded.value) void loadMessages();
  }

  function caughtUp(): void {
    isPast = false;
    applyAll();
    loaded.value = true;
  }

  async function start(): Promise<void> {
    stop.abort();
    stop = new AbortController();
    const mine = stop.signal;
    problem.value = undefined;
    isPast = true;
    readThread().catch(() => {});
    try {
      await follow(threadId, { lastId: () => lastId, take, connection: connected, caughtUp }, mine);
    } catch (failure) {
      if (mine.aborted) return;
      connection.value = "lost";
      if (!(failure instanceof ApiProblem)) throw failure;
      problem.value = failure;
    }
  }

  const lookTimer = setInterval(() => {
    if (document.hidden) return;
    if (fold.waiting.length > 0) void lookAtPending();
    if (fold.wantsMessages) void loadMessages();
  }, LOOK_MILLIS);
  watch(keysGiven, () => void start());
  watch(
    () => allThreads.value.find(({ thread_id }) => thread_id === threadId),
    (listed) => listed && learn(listed),
  );
  onScopeDispose(() => {
    clearInterval(lookTimer);
    stop.abort();
  });
  void start();

  return {
    id: threadId,
    fold,
    connection,
    problem,
    loaded,
    isBusy: computed(() => fold.status === "running" || fold.status === "interrupted"),

    /** As {@link sendMessage}. */
    send: (message: string, mode: ThreadFold["mode"] | undefined, idempotencyKey: string) =>
      sendMessage(threadId, message, mode, idempotencyKey),

    /** @throws ApiProblem */
    async cancel(): Promise<void> {
      await api.POST("/api/threads/{id}/cancel", { params: path });
    },

    /**
     * Decides calls, all in one request: they take effect together or not at all.
     *
     * @throws ApiProblem `already_decided` or `digest_mismatch` where what is shown is not what waits
     */
    async decide(decisions: Decision[]): Promise<void> {
      try {
        await api.POST("/api/resume/{thread_id}", { params: old, body: { decisions } });
      } finally {
        await lookAtPending();
      }
    },

    /** How things are now, whatever is shown. @throws ApiProblem */
    async status(): Promise<Thread["status"]> {
      return (await readThread()).status;
    },

    /** What the agent may do from the next turn on. @throws ApiProblem */
    async setMode(mode: ThreadFold["mode"]): Promise<void> {
      learn(await data(api.PATCH("/api/threads/{id}", { params: path, body: { mode } })));
    },

    /** A new thread that is as this one was after an event. @throws ApiProblem */
    async fork(at: number, title?: string): Promise<string> {
      const made = await data(api.POST("/api/threads/{id}/fork", { params: path, body: { at, title } }));
      return made.thread_id;
    },
  };
}

export type LiveThread = ReturnType<typeof openThread>;
