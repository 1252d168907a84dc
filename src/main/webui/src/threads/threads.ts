import { computed, ref, shallowRef } from "vue";
import { api, ApiProblem, data, type Thread } from "../api/client";

const PAGE = 50;

/** The threads that are listed, newest activity first; one list for the whole page. */
export const threads = shallowRef<Thread[]>([]);
export const nextCursor = ref<string | null>(null);
export const search = ref("");
export const listProblem = shallowRef<ApiProblem>();
/** Whether the list was read at all yet. */
export const listed = ref(false);

/** How many calls wait for a person, in all threads that are listed. */
export const waitingCount = computed(() => threads.value.reduce((sum, thread) => sum + thread.interrupts.length, 0));

/** @throws ApiProblem */
export async function newThread(): Promise<string> {
  const made = await data(api.POST("/api/sessions", { body: {} }));
  return made.thread_id;
}

/** Reads the first page again; failing, keeps what is shown and says why. */
export async function refresh(): Promise<void> {
  try {
    const wanted = search.value;
    const query = wanted ? { limit: PAGE, search: wanted } : { limit: PAGE };
    const page = await data(api.GET("/api/threads", { params: { query } }));
    if (wanted !== search.value) return;
    threads.value = page.threads;
    nextCursor.value = page.next_cursor;
    listProblem.value = undefined;
    listed.value = true;
  } catch (failure) {
    if (!(failure instanceof ApiProblem)) throw failure;
    listProblem.value = failure;
  }
}
