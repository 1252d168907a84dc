import { ApiProblem, authorization, keyWanted } from "../api/client";

/**
 * Sends a file, and tells how much of it has gone: `fetch` can't.
 *
 * @throws ApiProblem for every answer but a success
 */
export function putFile(
  url: string,
  file: File,
  headers: Record<string, string>,
  sent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    const key = authorization();
    if (key) request.setRequestHeader("Authorization", key);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => sent(loaded);
    request.onerror = () => void lossOf(file).then(failed);
    request.onabort = () => failed(signal.reason);
    request.onload = () => {
      if (request.status < 300) return done();
      if (request.status === 401) keyWanted.value = true;
      void problemOf(request).then(failed);
    };
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}

/** A browser doesn't say which end failed: a file that is another one by now can't be read any more. */
async function lossOf(file: File): Promise<ApiProblem> {
  try {
    await file.slice(0, 1).arrayBuffer();
    return new ApiProblem("unreachable", "The connection broke off.", 0);
  } catch {
    return new ApiProblem("unreadable", "The file can't be read any more.", 0);
  }
}

function problemOf(request: XMLHttpRequest): Promise<ApiProblem> {
  const wait = request.getResponseHeader("Retry-After");
  const headers: Record<string, string> = wait ? { "Retry-After": wait } : {};
  return ApiProblem.of(new Response(request.responseText, { status: request.status, headers }));
}
