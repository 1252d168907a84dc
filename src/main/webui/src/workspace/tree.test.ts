import { afterEach, describe, expect, it, vi } from "vitest";
import { refusal, serve } from "../test-service";
import { SHOWN_AT_ONCE, useTree, type Row } from "./tree";

const entry = (path: string, type = "file") => ({ path, type, size: 1, modified_at: "2026-01-01T00:00:00Z" });
const listing = (entries: unknown[], truncated = false) => Response.json({ entries, truncated });
const said = (rows: Row[]) => rows.map((row) => (row.kind === "entry" ? row.entry.path : row.kind));

/** Folders by path; others aren't there. */
function folders(all: Record<string, () => Response | Promise<Response>>) {
  return serve((_, url) => all[url.searchParams.get("path")!]?.() ?? refusal(404, "not_found"));
}

describe("the tree of files", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("shows folders first, names as people count, and reads a folder when it is opened", async () => {
    const asked = folders({
      "/": () => listing([entry("/shared", "dir"), entry("/workspace", "dir")]),
      "/workspace": () => listing([entry("/workspace/a10"), entry("/workspace/a9"), entry("/workspace/z", "dir")]),
      "/workspace/z": () => listing([]),
    });
    const tree = useTree("t");

    await tree.refresh();
    expect(said(tree.rows.value)).toEqual(["/workspace", "/workspace/z", "/workspace/a9", "/workspace/a10", "/shared"]);
    expect(asked).toHaveLength(2);

    await tree.toggle("/workspace/z");
    expect(said(tree.rows.value)).toContain("empty");
    expect(tree.rows.value.find(({ kind }) => kind === "empty")?.level).toBe(3);
    expect(asked).toHaveLength(3);
  });

  it("shows a large folder part by part, and says when the service left something out", async () => {
    const many = Array.from({ length: SHOWN_AT_ONCE + 5 }, (_, at) => entry(`/workspace/f${at}`));
    folders({ "/": () => listing([entry("/workspace", "dir")]), "/workspace": () => listing(many, true) });
    const tree = useTree("t");

    await tree.refresh();
    expect(tree.rows.value.at(-1)).toMatchObject({ kind: "more", left: 5 });

    tree.showMore("/workspace");
    expect(tree.rows.value).toHaveLength(1 + many.length + 1);
    expect(tree.rows.value.at(-1)).toMatchObject({ kind: "truncated" });
  });

  it("closes a folder that is gone, and says why another can't be read", async () => {
    let isGone = false;
    folders({
      "/": () => listing([entry("/workspace", "dir")]),
      "/workspace": () => listing([entry("/workspace/a", "dir"), entry("/workspace/b", "dir")]),
      "/workspace/a": () => (isGone ? refusal(404, "not_found") : listing([])),
      "/workspace/b": () => refusal(403, "forbidden"),
    });
    const tree = useTree("t");
    await tree.refresh();
    await tree.toggle("/workspace/a");
    await tree.toggle("/workspace/b");

    isGone = true;
    await tree.refresh();

    expect(said(tree.rows.value)).toEqual(["/workspace", "/workspace/a", "/workspace/b", "problem"]);
  });

  it("keeps the newer of two answers", async () => {
    const answers: ((answer: Response) => void)[] = [];
    folders({
      "/": () => listing([entry("/workspace", "dir")]),
      "/workspace": () => new Promise<Response>((answer) => answers.push(answer)),
    });
    const tree = useTree("t");

    const reads = [tree.refresh(), tree.refresh()];
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    answers[1]!(listing([entry("/workspace/new")]));
    answers[0]!(listing([entry("/workspace/old")]));
    await Promise.all(reads);

    expect(said(tree.rows.value)).toEqual(["/workspace", "/workspace/new"]);
  });
});
