import { computed, reactive } from "vue";
import { ApiProblem, nextKey } from "../api/client";
import type { GivenFile } from "./dropped";
import { contentUrl, describeFile } from "./files";
import { putFile } from "./put";

/** exists: a file is in its place, and the person has to say whether to replace it. */
export type UploadState = "waiting" | "sending" | "exists" | "done" | "failed" | "cancelled";

export interface Upload {
  id: number;
  path: string;
  size: number;
  sent: number;
  state: UploadState;
  problem: ApiProblem | undefined;
}

interface Sending {
  file: File;
  replace: boolean;
  stop: AbortController;
}

const AT_ONCE = 2;
/** For a smaller file the answer to sending it says soon enough that there is one already. */
const WORTH_ASKING_BYTES = 1_000_000;

/** A thread's uploads: a few at a time, each of which can be given up. */
export function makeUploads(threadId: string) {
  const uploads = reactive<Upload[]>([]);
  const sendings = new Map<number, Sending>();
  const listeners = new Set<() => void>();
  let lastId = 0;
  let running = 0;

  function add(folder: string, files: GivenFile[]): void {
    for (const { path, file } of files) {
      const id = ++lastId;
      sendings.set(id, { file, replace: false, stop: new AbortController() });
      uploads.push({ id, path: `${folder}/${path}`, size: file.size, sent: 0, state: "waiting", problem: undefined });
    }
    sendNext();
  }

  function sendNext(): void {
    while (running < AT_ONCE) {
      const next = uploads.find(({ state }) => state === "waiting");
      if (!next) return;
      next.state = "sending";
      running++;
      void send(next, sendings.get(next.id)!).finally(() => {
        running--;
        sendNext();
        if (running === 0) listeners.forEach((ended) => ended());
      });
    }
  }

  async function send(upload: Upload, sending: Sending): Promise<void> {
    if (sending.stop.signal.aborted) return;
    try {
      const isAsked = !sending.replace && upload.size > WORTH_ASKING_BYTES;
      const isTaken = isAsked && (await isThere(upload.path));
      if (sending.stop.signal.aborted) return;
      if (isTaken) return void (upload.state = "exists");
      const headers: Record<string, string> = sending.replace ? {} : { "If-None-Match": "*" };
      const url = contentUrl(threadId, upload.path);
      await putFile(url, sending.file, headers, (sent) => (upload.sent = sent), sending.stop.signal);
      upload.state = "done";
      upload.sent = upload.size;
    } catch (problem) {
      if (sending.stop.signal.aborted) return;
      if (!(problem instanceof ApiProblem)) throw problem;
      if (problem.code === "unauthenticated") return nextKey().then(() => send(upload, sending));
      upload.state = problem.status === 412 ? "exists" : "failed";
      upload.problem = problem;
    }
  }

  /** Asked before all of a file is sent for nothing. */
  async function isThere(path: string): Promise<boolean> {
    try {
      await describeFile(threadId, path);
      return true;
    } catch (problem) {
      if (problem instanceof ApiProblem && (problem.status === 404 || problem.status === 400)) return false;
      throw problem;
    }
  }

  function again(upload: Upload, replace: boolean): void {
    const before = sendings.get(upload.id)!;
    sendings.set(upload.id, { ...before, replace: before.replace || replace, stop: new AbortController() });
    Object.assign(upload, { state: "waiting", sent: 0, problem: undefined });
    sendNext();
  }

  function cancel(upload: Upload): void {
    upload.state = "cancelled";
    sendings.get(upload.id)!.stop.abort();
  }

  /** Forgets what is over. */
  function clear(): void {
    for (let at = uploads.length - 1; at >= 0; at--) {
      if (isActive(uploads[at]!)) continue;
      sendings.delete(uploads[at]!.id);
      uploads.splice(at, 1);
    }
  }

  const counted = computed(() => uploads.filter(({ state }) => state !== "cancelled" && state !== "failed"));
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

  return {
    uploads,
    add,
    replace: (upload: Upload) => again(upload, true),
    retry: (upload: Upload) => again(upload, false),
    cancel,
    clear,
    isActive: computed(() => uploads.some(isActive)),
    sentBytes: computed(() => sum(counted.value.map(({ sent }) => sent))),
    allBytes: computed(() => sum(counted.value.map(({ size }) => size))),
    /** Called each time when nothing is being sent any more. @returns what stops it */
    whenIdle(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Whether it is on its way, or will be. */
export function goesOn({ state }: Upload): boolean {
  return state === "waiting" || state === "sending";
}

/** Whether it isn't over, but may wait for the person. */
export function isActive(upload: Upload): boolean {
  return goesOn(upload) || upload.state === "exists";
}

export type Uploads = ReturnType<typeof makeUploads>;

const ofThreads = new Map<string, Uploads>();

// The browser asks whether the page may go, and what is being sent with it.
addEventListener("beforeunload", (event) => {
  if ([...ofThreads.values()].some(({ uploads }) => uploads.some(goesOn))) event.preventDefault();
});

/** The same for as long as the page is open: looking at something else meanwhile stops no upload. */
export function uploadsOf(threadId: string): Uploads {
  const known = ofThreads.get(threadId) ?? makeUploads(threadId);
  ofThreads.set(threadId, known);
  return known;
}
