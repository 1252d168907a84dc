import { api, ApiProblem, apiUrl, bodyOf, call, data, type Schemas } from "../api/client";

export type Entry = Schemas["Listing"]["entries"][number];

/** What is in a folder, folders first. */
export interface Folder {
  entries: Entry[];
  /** Whether it has more than the service lists. */
  truncated: boolean;
}

/** A file as it is now. */
export interface FileVersion {
  size: number;
  etag: string;
}

export const WORKSPACE = "/workspace";

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The name's ending in small letters, without the dot; empty where there is none. */
export function extensionOf(path: string): string {
  return /[^/]\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
}

/** /shared can only be read. */
export function isWritable(path: string): boolean {
  return path === WORKSPACE || path.startsWith(`${WORKSPACE}/`);
}

/** Links and special files aren't followed or read, so there is nothing to do with them where they can't be deleted. */
export function hasActions({ type, path }: Entry): boolean {
  return type === "file" || type === "dir" || isWritable(path);
}

const byName = new Intl.Collator(undefined, { numeric: true });

/** @throws ApiProblem */
export async function listFolder(threadId: string, path: string): Promise<Folder> {
  const params = { path: { id: threadId }, query: { path } };
  const { entries, truncated } = await data(api.GET("/api/threads/{id}/files", { params }));
  const rank = ({ path, type }: Entry) => (path === WORKSPACE ? 0 : type === "dir" ? 1 : 2);
  entries.sort((a, b) => rank(a) - rank(b) || byName.compare(a.path, b.path));
  return { entries, truncated };
}

export function contentUrl(threadId: string, path: string): string {
  return filesUrl(threadId, "content", path);
}

export function archiveUrl(threadId: string, path: string): string {
  return filesUrl(threadId, "archive", path);
}

function filesUrl(threadId: string, what: string, path: string): string {
  return apiUrl(`/api/threads/${encodeURIComponent(threadId)}/files/${what}?path=${encodeURIComponent(path)}`);
}

// An answer to HEAD has no body to say what is wrong. Of these its status says enough.
const CODES: Record<number, string> = { 401: "unauthenticated", 403: "forbidden", 404: "not_found" };

/** @throws ApiProblem `not_found` if it isn't there */
export async function describeFile(threadId: string, path: string): Promise<FileVersion> {
  const url = contentUrl(threadId, path);
  try {
    const { headers } = await call(url, { method: "HEAD" });
    return { size: Number(headers.get("Content-Length")), etag: headers.get("ETag") ?? "" };
  } catch (problem) {
    if (!(problem instanceof ApiProblem) || problem.status === 0) throw problem;
    const code = CODES[problem.status];
    throw code ? new ApiProblem(code, path, problem.status) : await explained(url, problem);
  }
}

/** The same problem with the service's own words, which only an answer with a body has. */
async function explained(url: string, problem: ApiProblem): Promise<unknown> {
  try {
    const { body } = await call(url, { headers: { Range: "bytes=0-0" } });
    await body?.cancel();
    return problem;
  } catch (told) {
    return told;
  }
}

/** @throws ApiProblem `stale` if the file isn't this version any more */
export async function readWhole(threadId: string, path: string, etag: string): Promise<ArrayBuffer> {
  return contentOf(threadId, path, { "If-Match": etag });
}

/** @throws ApiProblem `stale` if the file isn't this version any more */
export async function readPart(
  threadId: string,
  path: string,
  etag: string,
  from: number,
  length: number,
): Promise<ArrayBuffer> {
  const headers = { "If-Match": etag, Range: `bytes=${from}-${from + length - 1}` };
  return contentOf(threadId, path, headers);
}

async function contentOf(threadId: string, path: string, headers: Record<string, string>): Promise<ArrayBuffer> {
  return (await bodyOf(await call(contentUrl(threadId, path), { headers }))).arrayBuffer();
}

/** Removes a file, or a folder with all that is in it. @throws ApiProblem */
export async function removeFile(threadId: string, path: string): Promise<void> {
  await api.DELETE("/api/threads/{id}/files/content", { params: { path: { id: threadId }, query: { path } } });
}
