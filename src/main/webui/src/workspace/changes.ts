import { api, data, type Schemas } from "../api/client";
import { diffLines } from "../text/diff";

/** What the latest turn did to files. */
export type Changes = Schemas["Changes"];
export type Change = Schemas["FileChange"];

/** @throws ApiProblem */
export async function readChanges(threadId: string): Promise<Changes> {
  return data(api.GET("/api/threads/{id}/changes", { params: { path: { id: threadId } } }));
}

/**
 * Whether a link is there now, which has no content to be looked at. The service says so with this line; a file that says the
 * same is seen whole in its diff.
 */
export function isLink({ diff = "" }: Change): boolean {
  const now = diffLines(diff).filter(({ kind }) => kind === "added" || kind === "same");
  return now.length === 1 && now[0]!.code.startsWith("symbolic link to ");
}

export function countLines(diff: string): { added: number; removed: number } {
  const kinds = diffLines(diff).map(({ kind }) => kind);
  const count = (wanted: string) => kinds.filter((kind) => kind === wanted).length;
  return { added: count("added"), removed: count("removed") };
}
