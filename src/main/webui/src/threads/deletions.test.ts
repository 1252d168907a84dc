import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EffectScope } from "vue";
import { pageOf, refusal, serve, threadOf, waiting } from "../test-service";

const gone = () => new Response(null, { status: 204 });
const list = pageOf([threadOf("a"), threadOf("b")]);

let page: EffectScope | undefined;

/** The page as it is after a load, with its list read. */
async function loaded() {
  page?.stop();
  vi.resetModules();
  const deletions = await import("./deletions");
  const threads = await import("./threads");
  page = (await import("vue")).effectScope();
  page.run(deletions.keepDeletions);
  await threads.refresh();
  return { ...deletions, ...threads, ids: () => threads.threads.value.map(({ thread_id }) => thread_id).join("") };
}

const deleted = (asked: Request[]) => asked.filter(({ method }) => method === "DELETE");

describe("deletions", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    sessionStorage.clear();
  });
  afterEach(() => vi.useRealTimers());

  it("hides a thread at once and deletes it when the time is over", async () => {
    const asked = serve({ "GET /api/threads": () => list, "DELETE /api/threads/a": gone });
    const { deleteLater, ids, lastLeaving } = await loaded();

    deleteLater("a", "A");

    expect(ids()).toBe("b");
    await vi.advanceTimersByTimeAsync(7_900);
    expect(deleted(asked)).toEqual([]);
    expect(lastLeaving.value?.title).toBe("A");
    await vi.advanceTimersByTimeAsync(200);
    expect(deleted(asked).map(({ url }) => new URL(url).pathname)).toEqual(["/api/threads/a"]);
    expect(ids()).toBe("b");
    expect(lastLeaving.value).toBeUndefined();
  });

  it("brings it back, and asks the service for nothing", async () => {
    const asked = serve({ "GET /api/threads": () => list });
    const { deleteLater, undo, ids } = await loaded();
    deleteLater("a", "A");

    undo("a");
    await vi.advanceTimersByTimeAsync(20_000);

    expect(ids()).toBe("ab");
    expect(deleted(asked)).toEqual([]);
  });

  it("counts no calls of what was taken away, and again when it is brought back", async () => {
    const waits = [threadOf("a", { interrupts: waiting("1", "2") }), threadOf("b", { interrupts: waiting("3") })];
    serve({ "GET /api/threads": () => ({ ...pageOf(waits), waiting: 10 }) });
    const { deleteLater, undo, waitingCount } = await loaded();

    deleteLater("a", "A");
    expect(waitingCount.value).toBe(8);
    undo("a");

    expect(waitingCount.value).toBe(10);
  });

  it("takes nothing off the count once the service has deleted it, though pages that aren't read again have it", async () => {
    const waits = threadOf("old", { interrupts: waiting("1"), updated_at: "2025-01-01T00:00:00Z" });
    let count = 5;
    serve({
      "GET /api/threads": ({ url }) =>
        url.includes("cursor") ? pageOf([waits]) : { ...pageOf([threadOf("a")], "c"), waiting: count },
      "DELETE /api/threads/old": () => {
        count = 4;
        return gone();
      },
    });
    const { deleteLater, loadMore, waitingCount } = await loaded();
    await loadMore();

    deleteLater("old", "Old");
    expect(waitingCount.value).toBe(4);
    await vi.advanceTimersByTimeAsync(8_000);

    expect(waitingCount.value).toBe(4);
  });

  it("gives each thread its own time, and offers the last one first", async () => {
    serve({ "GET /api/threads": () => list });
    const { deleteLater, undo, lastLeaving } = await loaded();
    deleteLater("a", "A");
    deleteLater("b", "B");

    expect(lastLeaving.value?.id).toBe("b");
    undo("b");
    expect(lastLeaving.value?.id).toBe("a");
  });

  it("waits while a person is about to bring one back, and has all of its time afterwards", async () => {
    const asked = serve({ "GET /api/threads": () => list, "DELETE /api/threads/a": gone });
    const { deleteLater, holdTime, lastLeaving } = await loaded();
    deleteLater("a", "A");
    await vi.advanceTimersByTimeAsync(7_000);

    holdTime(true);
    deleteLater("b", "B");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(lastLeaving.value?.id).toBe("b");
    expect(deleted(asked)).toEqual([]);
    holdTime(false);
    await vi.advanceTimersByTimeAsync(7_900);
    expect(deleted(asked)).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);

    expect(deleted(asked)).toHaveLength(2);
  });

  it("is done when the page is left, though its time stands still", async () => {
    const asked = serve({ "GET /api/threads": () => list, "DELETE /api/threads/a": gone });
    const { deleteLater, holdTime } = await loaded();
    deleteLater("a", "A");
    holdTime(true);

    dispatchEvent(new Event("pagehide"));
    await vi.advanceTimersByTimeAsync(0);

    expect(deleted(asked)).toHaveLength(1);
  });

  it("is sent when the page is left, in a way that outlives it", async () => {
    const asked = serve({ "GET /api/threads": () => list, "DELETE /api/threads/a": gone });
    const { deleteLater } = await loaded();
    deleteLater("a", "A");

    dispatchEvent(new Event("pagehide"));
    await vi.advanceTimersByTimeAsync(0);

    expect(deleted(asked).map(({ keepalive }) => keepalive)).toEqual([true]);
  });

  it("is completed after a reload that cut it off, without being seen again", async () => {
    const never = () => new Promise(() => {});
    serve({ "GET /api/threads": () => list, "DELETE /api/threads/a": never });
    const before = await loaded();
    before.deleteLater("a", "A");
    dispatchEvent(new Event("pagehide"));

    let answer: (said: Response) => void = () => {};
    const late = () => new Promise<Response>((done) => (answer = done));
    const asked = serve({ "GET /api/threads": () => list, "DELETE /api/threads/a": late });
    const after = await loaded();

    expect(after.ids()).toBe("b");
    answer(refusal(404, "not_found"));
    await vi.advanceTimersByTimeAsync(0);
    expect(after.ids()).toBe("b");
    expect(deleted(asked)).toHaveLength(1);
    expect(after.deletionProblem.value).toBeUndefined();
    expect(sessionStorage.length).toBe(0);
  });

  it("shows the thread again when it can't be deleted, and says why", async () => {
    serve({ "GET /api/threads": () => list, "DELETE /api/threads/a": () => refusal(503, "store_unavailable") });
    const { deleteLater, ids, deletionProblem } = await loaded();
    deleteLater("a", "A");

    await vi.advanceTimersByTimeAsync(8_000);

    expect(ids()).toBe("ab");
    expect(deletionProblem.value?.code).toBe("store_unavailable");
  });

  it("is tried again when the key is there that it wanted", async () => {
    let answer = () => refusal(401, "unauthenticated");
    const asked = serve({ "GET /api/threads": () => list, "DELETE /api/threads/a": () => answer() });
    const { deleteLater, ids } = await loaded();
    deleteLater("a", "A");
    await vi.advanceTimersByTimeAsync(8_000);
    answer = gone;

    (await import("../api/client")).giveKey("right");
    await vi.advanceTimersByTimeAsync(0);

    expect(deleted(asked)).toHaveLength(2);
    expect(deleted(asked)[1]!.headers.get("Authorization")).toBe("Bearer right");
    expect(ids()).toBe("b");
  });
});
