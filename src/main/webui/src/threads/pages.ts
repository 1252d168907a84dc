import { ref, shallowRef } from "vue";
import { api, ApiProblem, data, type Thread } from "../api/client";
import type { paths } from "../api/schema";

const PAGE = 50;

/** Which threads: those whose title contains this, those that stand so; and how many are read at once. */
type Wanted = Pick<NonNullable<paths["/api/threads"]["get"]["parameters"]["query"]>, "search" | "status" | "limit">;

const activity = (thread: Thread) => Date.parse(thread.updated_at);

/** The service's list of threads, newest activity first, as far as it was read: page by page, and its beginning again and again. */
export class ThreadPages {
  readonly threads = shallowRef<Thread[]>([]);
  readonly nextCursor = ref<string | null>(null);
  readonly problem = shallowRef<ApiProblem>();
  /** How many calls wait for a person in all threads, listed or not. */
  readonly waiting = ref(0);
  /** Whether the list was read at all yet. */
  readonly listed = ref(false);
  private refreshes = 0;

  constructor(readonly wanted: Wanted = {}) {}

  /** Reads the first page again; failing, keeps what is there and says why. */
  async refresh(): Promise<void> {
    const mine = ++this.refreshes;
    const page = await this.read();
    if (!page || mine !== this.refreshes) return;
    const first = page.threads;
    const last = first.at(-1);
    const tail = last && page.next_cursor ? this.after(last, new Set(first.map(({ thread_id }) => thread_id))) : [];
    this.threads.value = [...first, ...tail];
    this.waiting.value = page.waiting;
    if (tail.length === 0) this.nextCursor.value = page.next_cursor;
    this.listed.value = true;
  }

  /** Reads the page after the last one. */
  async more(): Promise<void> {
    const cursor = this.nextCursor.value;
    if (!cursor) return;
    const page = await this.read(cursor);
    if (!page || cursor !== this.nextCursor.value) return;
    const known = new Set(this.threads.value.map(({ thread_id }) => thread_id));
    this.threads.value = [...this.threads.value, ...page.threads.filter(({ thread_id }) => !known.has(thread_id))];
    this.nextCursor.value = page.next_cursor;
  }

  /** Puts in what the service said of one thread; it keeps its place until the next reading. */
  replace(now: Thread): void {
    this.threads.value = this.threads.value.map((thread) => (thread.thread_id === now.thread_id ? now : thread));
  }

  /** Leaves out one thread that is gone; pages that aren't read again would keep it. */
  drop(id: string): void {
    this.threads.value = this.threads.value.filter(({ thread_id }) => thread_id !== id);
  }

  /**
   * What further pages brought and still comes after the first page's end. Nothing if the two don't meet: what lies
   * between them was never read.
   */
  private after(last: Thread, first: Set<string>): Thread[] {
    if (!this.threads.value.some(({ thread_id }) => first.has(thread_id))) return [];
    return this.threads.value.filter((thread) => !first.has(thread.thread_id) && activity(thread) <= activity(last));
  }

  /** A page; nothing if it failed. */
  private async read(cursor?: string) {
    try {
      const query = { limit: PAGE, ...this.wanted, cursor };
      const page = await data(api.GET("/api/threads", { params: { query } }));
      this.problem.value = undefined;
      return page;
    } catch (failure) {
      if (!(failure instanceof ApiProblem)) throw failure;
      this.problem.value = failure;
      return undefined;
    }
  }
}
