import { ApiProblem, authorization, call } from "../api/client";

interface SavePicker {
  showSaveFilePicker?(options: { suggestedName: string }): Promise<{ createWritable(): Promise<WritableStream> }>;
}

/**
 * Saves what is at an address of the service. A browser sends no key along with a link, so with a key the page itself reads
 * it: straight to the disk where the browser lets it, else by way of memory.
 *
 * @throws ApiProblem `broken_off` if it ends before it is whole
 */
export async function download(url: string, name: string): Promise<void> {
  if (!authorization()) return follow(url, name);
  const target = await pickTarget(name);
  if (target === "given up") return;
  const response = await call(url);
  try {
    if (target) await response.body!.pipeTo(await target.createWritable());
    else saveBlob(await response.blob(), name);
  } catch {
    // What can't be written needn't come, if it still does.
    if (!response.bodyUsed) response.body?.cancel().catch(() => {});
    throw new ApiProblem("broken_off", "The download broke off.", 0);
  }
}

/** The person's choice of a place; undefined where the browser has no such question. It has to be asked before anything is waited for. */
async function pickTarget(name: string) {
  const picker = window as unknown as SavePicker;
  if (!picker.showSaveFilePicker) return undefined;
  try {
    return await picker.showSaveFilePicker({ suggestedName: name });
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === "AbortError") return "given up";
    return undefined;
  }
}

function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  follow(url, name);
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

function follow(url: string, name: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}
