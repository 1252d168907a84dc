import { computed, reactive, ref, shallowRef, watch, type ComputedRef } from "vue";
import { api, data, type Thread } from "../api/client";
import { poll } from "../shell/polling";
import { ThreadPages } from "./pages";

const POLL_MILLIS = 3_000;
const HIDDEN_POLL_MILLIS = 15_000;
const SEARCH_MILLIS = 250;

/** All threads: what waits in them is told whatever is searched for. */
const all = new ThreadPages();
const found = shallowRef<ThreadPages>();
const shown = computed(() => found.value ?? all);
const hidden = reactive(new Set<string>());
/** Whether it is left out of the lists. */
export const isHidden = (id: string) => hidden.has(id);
const isSeen = (thread: Thread) => !isHidden(thread.thread_id);

/** What the person looks for in titles. */
export const search = ref("");
/** Whether the person looks for threads that wait. */
export const onlyWaiting = ref(false);

/** The threads that are listed, newest activity first; one list for the whole page. */
export const threads = computed(() => shown.value.threads.value.filter(isSeen));
/** The same, whatever is searched for. */
export const allThreads = computed(() => all.threads.value.filter(isSeen));
/** What these were looked for with; what the person is typing is looked for when they pause. */
export const sought = computed(() => shown.value.wanted);
export const hasMore = computed(() => shown.value.nextCursor.value !== null);
export const listProblem = computed(() => shown.value.problem.value);
/** Whether the list was read at all yet. */
export const listed = computed(() => shown.value.listed.value);

const callsOf = (some: Thread[]) => some.reduce((sum, { interrupts }) => sum + interrupts.length, 0);
/** Those that were taken away, as far as they were read; the service counts them until they are deleted. */
const taken = computed(() => {
  const read = [...all.threads.value, ...shown.value.threads.value].filter((thread) => !isSeen(thread));
  return [...new Map(read.map((thread) => [thread.thread_id, thread])).values()];
});

/** How many calls wait for a person, whether their threads are listed or not. */
export const waitingCount = computed(() => all.waiting.value - callsOf(taken.value));

/**
 * The first threads that wait, newest activity first, until the scope ends. Those that have waited for so long that they
 * aren't among the newest threads are read only while there are such, and only as far as they are needed.
 */
export function firstWaiting(count: number): ComputedRef<Thread[]> {
  const older = new ThreadPages({ status: "interrupted", limit: count });
  const known = computed(() => allThreads.value.filter(({ interrupts }) => interrupts.length > 0));
  const isMore = computed(() => known.value.length < count && waitingCount.value > callsOf(known.value));
  watch(allThreads, () => isMore.value && void older.refresh(), { immediate: true });
  return computed(() => {
    const ids = new Set(all.threads.value.map(({ thread_id }) => thread_id));
    const others = isMore.value ? older.threads.value.filter(({ thread_id }) => !ids.has(thread_id)) : [];
    return [...known.value, ...others.filter(isSeen)].slice(0, count);
  });
}

let typing: ReturnType<typeof setTimeout> | undefined;
watch(search, () => {
  clearTimeout(typing);
  typing = setTimeout(look, SEARCH_MILLIS);
});
watch(onlyWaiting, look);

function look(): void {
  const text = search.value.trim() || undefined;
  const status = onlyWaiting.value ? "interrupted" : undefined;
  found.value = text || status ? new ThreadPages({ search: text, status }) : undefined;
  void found.value?.refresh();
}

/** Reads the beginning of the list again; failing, keeps what is shown and says why. */
export async function refresh(): Promise<void> {
  await Promise.all([all.refresh(), found.value?.refresh()]);
}

export function loadMore(): Promise<void> {
  return shown.value.more();
}

// Other tabs of this browser learn of what is done here without asking the service.
const others = channel();
if (others) {
  others.onmessage = ({ data: gone }: MessageEvent<string | undefined>) => void (gone ? forget(gone) : refresh());
}

/** None where the browser blocks storage. */
function channel(): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel("holdpoint.threads");
  } catch {
    return undefined;
  }
}

/** To be called after every change that a person made to a thread: lists follow at once, in other tabs too. */
export function changed(): Promise<void> {
  others?.postMessage(undefined);
  return refresh();
}

/** Leaves a thread out of the lists until it is shown again. */
export function hide(id: string): void {
  hidden.add(id);
}

export function show(id: string): void {
  hidden.delete(id);
}

/** Leaves a thread that is gone out of the lists for good, here and in other tabs. */
export function gone(id: string): void {
  others?.postMessage(id);
  void forget(id);
}

async function forget(id: string): Promise<void> {
  hide(id);
  await refresh();
  // From here on the service doesn't count its calls any more.
  drop(id);
}

/** Leaves a thread that the service doesn't have out of the lists, until the service lists it. */
export function drop(id: string): void {
  all.drop(id);
  found.value?.drop(id);
}

/** A new thread is listed whatever was looked for. @throws ApiProblem */
export async function newThread(idempotencyKey: string): Promise<string> {
  const params = { header: { "Idempotency-Key": idempotencyKey } };
  const made = await data(api.POST("/api/sessions", { params, body: {} }));
  search.value = "";
  onlyWaiting.value = false;
  void changed();
  return made.thread_id;
}

/** @throws ApiProblem */
export async function rename(id: string, title: string): Promise<void> {
  const now = await data(api.PATCH("/api/threads/{id}", { params: { path: { id } }, body: { title } }));
  all.replace(now);
  found.value?.replace(now);
  void changed();
}

/** Keeps the list fresh as long as the scope lives. */
export function keepFresh(): void {
  poll(refresh, POLL_MILLIS, HIDDEN_POLL_MILLIS);
}
