import { describe, expect, it } from "vitest";
import type { Thread } from "../api/client";
import { pageOf, refusal, serve, threadOf } from "../test-service";
import { ThreadPages } from "./pages";

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

/** A service with these threads, three on a page, whatever page size is asked for. */
function serviceOf(threads: Map<string, number>): Request[] {
  return serve({
    "GET /api/threads": ({ url }) => {
      const query = new URL(url).searchParams;
      const before = Number(query.get("cursor") ?? Infinity);
      const sorted = [...threads].filter(([, minute]) => minute < before).sort(([, a], [, b]) => b - a);
      const page = sorted.slice(0, 3);
      return pageOf(
        page.map(([id, minute]) => threadOf(id, { updated_at: at(minute) })),
        sorted.length > 3 ? String(page.at(-1)![1]) : null,
      );
    },
  });
}

const ids = (pages: ThreadPages) => pages.threads.value.map(({ thread_id }: Thread) => thread_id).join("");

const letters = () => new Map([..."abcdefgh"].map((id, index) => [id, 100 - index]));

describe("ThreadPages", () => {
  it("reads page after page to the end", async () => {
    serviceOf(letters());
    const pages = new ThreadPages();

    await pages.refresh();
    await pages.more();
    await pages.more();

    expect(ids(pages)).toBe("abcdefgh");
    expect(pages.nextCursor.value).toBeNull();
  });

  it("keeps further pages when the first is read again, each thread once and in order", async () => {
    const service = letters();
    serviceOf(service);
    const pages = new ThreadPages();
    await pages.refresh();
    await pages.more();
    service.set("f", 101).set("new", 102);

    await pages.refresh();

    expect(ids(pages)).toBe("newfabcde");
    await pages.more();
    expect(ids(pages)).toBe("newfabcdegh");
  });

  it("drops what is gone from the part that was read again", async () => {
    const service = letters();
    serviceOf(service);
    const pages = new ThreadPages();
    await pages.refresh();
    await pages.more();
    service.delete("b");

    await pages.refresh();

    expect(ids(pages)).toBe("acdef");
  });

  it("begins anew when so much is new that there is a gap", async () => {
    const service = letters();
    serviceOf(service);
    const pages = new ThreadPages();
    await pages.refresh();
    await pages.more();
    [..."uvwxyz"].forEach((id, index) => service.set(id, 200 - index));

    await pages.refresh();
    await pages.more();

    expect(ids(pages)).toBe("uvwxyz");
    await pages.more();
    expect(ids(pages)).toBe("uvwxyzabc");
  });

  it("takes the answer that was asked for last", async () => {
    let first: (answer: unknown) => void = () => {};
    let asked = 0;
    serve({
      "GET /api/threads": () => (++asked === 1 ? new Promise((answer) => (first = answer)) : pageOf([threadOf("now")])),
    });
    const pages = new ThreadPages();

    const slow = pages.refresh();
    await pages.refresh();
    first(pageOf([threadOf("before")]));
    await slow;

    expect(ids(pages)).toBe("now");
  });

  it("leaves out one that is gone, from pages that aren't read again too", async () => {
    const service = letters();
    serviceOf(service);
    const pages = new ThreadPages();
    await pages.refresh();
    await pages.more();
    service.delete("e");
    await pages.refresh();
    expect(ids(pages)).toBe("abcdef");

    pages.drop("e");

    expect(ids(pages)).toBe("abcdf");
  });

  it("asks for those that are wanted on every page, and is told how many calls wait in all threads", async () => {
    const asked = serve({ "GET /api/threads": () => ({ ...pageOf([threadOf("a")], "c"), waiting: 7 }) });
    const pages = new ThreadPages({ search: "x", status: "interrupted", limit: 3 });

    await pages.refresh();
    await pages.more();

    expect(asked.map(({ url }) => new URL(url).search)).toEqual([
      "?limit=3&search=x&status=interrupted",
      "?limit=3&search=x&status=interrupted&cursor=c",
    ]);
    expect(pages.waiting.value).toBe(7);
  });

  it("stays as it is when it can't be read, and says why", async () => {
    serviceOf(letters());
    const pages = new ThreadPages();
    await pages.refresh();
    serve({ "GET /api/threads": () => refusal(503, "store_unavailable") });

    await pages.refresh();

    expect(ids(pages)).toBe("abc");
    expect(pages.problem.value?.code).toBe("store_unavailable");
  });
});
