import { apiUrl, call } from "../api/client";
import { diffLines } from "../text/diff";

/** What the agent did to a file in the latest turn. */
export interface Change {
  path: string;
  change: "added" | "modified" | "deleted";
  diff?: string;
  /** Why there is no diff. */
  reason?: "binary" | "too_large";
}

export interface Changes {
  /** Null if nothing is known of the latest turn. */
  run_id: string | null;
  files: Change[];
  truncated: boolean;
}

/** @throws ApiProblem */
export async function readChanges(threadId: string): Promise<Changes> {
  return (await call(apiUrl(`/api/threads/${encodeURIComponent(threadId)}/changes`))).json() as Promise<Changes>;
}

export function countLines(diff: string): { added: number; removed: number } {
  const kinds = diffLines(diff).map(({ kind }) => kind);
  const count = (wanted: string) => kinds.filter((kind) => kind === wanted).length;
  return { added: count("added"), removed: count("removed") };
}
