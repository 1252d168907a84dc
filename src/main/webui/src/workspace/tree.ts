import { computed, reactive } from "vue";
import { ApiProblem } from "../api/client";
import { listFolder, nameOf, type Entry, type Folder } from "./files";

/** So many entries of a folder are shown at once; the person asks for more. */
export const SHOWN_AT_ONCE = 200;

interface Loaded extends Folder {
  shown: number;
  problem: ApiProblem | undefined;
}

interface Place {
  key: string;
  level: number;
  /** Counted from 1, among its neighbours. */
  position: number;
  neighbours: number;
}

export interface EntryRow extends Place {
  kind: "entry";
  entry: Entry;
  name: string;
  isOpen: boolean | undefined;
}

/** What is to be said about a folder, in its place in the tree. */
export interface NoteRow extends Place {
  kind: "empty" | "loading" | "more" | "truncated" | "problem";
  folder: string;
  left: number;
  problem: ApiProblem | undefined;
}

export type Row = EntryRow | NoteRow;

/** The folders of a thread as far as they were opened; each is read when it is. */
export function useTree(threadId: string) {
  const folders = reactive(new Map<string, Loaded>());
  const open = reactive(new Set<string>(["/", "/workspace"]));
  let lastRead = 0;
  const reads = new Map<string, number>();

  async function load(path: string): Promise<void> {
    const read = ++lastRead;
    reads.set(path, read);
    const shown = folders.get(path)?.shown ?? SHOWN_AT_ONCE;
    let now: Loaded;
    try {
      now = { ...(await listFolder(threadId, path)), shown, problem: undefined };
    } catch (problem) {
      if (!(problem instanceof ApiProblem)) throw problem;
      now = { entries: [], truncated: false, shown, problem };
    }
    // Of two answers the one that was asked for last is the newer one.
    if (reads.get(path) === read) folders.set(path, now);
  }

  /** Reads every open folder again; one that is gone closes with its parent. */
  async function refresh(): Promise<void> {
    await Promise.all([...open].filter(isReachable).map(load));
    for (const path of [...open]) if (folders.get(path)?.problem?.status === 404) close(path);
  }

  function isReachable(path: string): boolean {
    const parents = path.split("/").slice(1, -1);
    return path === "/" || parents.every((_, depth) => open.has(`/${parents.slice(0, depth + 1).join("/")}`));
  }

  function close(path: string): void {
    open.delete(path);
    folders.delete(path);
  }

  async function toggle(path: string): Promise<void> {
    if (open.delete(path)) return;
    open.add(path);
    await load(path);
  }

  function showMore(path: string): void {
    const folder = folders.get(path);
    if (folder) folder.shown += SHOWN_AT_ONCE;
  }

  function rowsOf(path: string, level: number): Row[] {
    const folder = folders.get(path);
    const note = (kind: NoteRow["kind"], left = 0): NoteRow => {
      const place = { key: `${kind} ${path}`, level, position: 1, neighbours: 1 };
      return { ...place, kind, folder: path, left, problem: folder?.problem };
    };
    if (!folder) return [note("loading")];
    if (folder.problem) return [note("problem")];
    if (folder.entries.length === 0) return [note("empty")];
    const rows = folder.entries.slice(0, folder.shown).flatMap((entry, index): Row[] => {
      const isOpen = entry.type === "dir" ? open.has(entry.path) : undefined;
      const place = { key: entry.path, level, position: index + 1, neighbours: folder.entries.length };
      const row: EntryRow = { ...place, kind: "entry", entry, name: nameOf(entry.path), isOpen };
      return isOpen ? [row, ...rowsOf(entry.path, level + 1)] : [row];
    });
    if (folder.shown < folder.entries.length) rows.push(note("more", folder.entries.length - folder.shown));
    else if (folder.truncated) rows.push(note("truncated"));
    return rows;
  }

  return { rows: computed(() => rowsOf("/", 1)), toggle, refresh, showMore };
}

export type Tree = ReturnType<typeof useTree>;
