import { flushPromises } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { giveKey } from "../api/client";
import { refusal, serve } from "../test-service";
import { makeUploads, uploadsOf } from "./uploads";

/** A request that does what the test tells it to. */
class FakeRequest {
  static all: FakeRequest[] = [];
  headers: Record<string, string> = {};
  upload: { onprogress?: (event: { loaded: number }) => void } = {};
  status = 0;
  responseText = "";
  url = "";
  isAborted = false;
  onload?: () => void;
  onerror?: () => void;
  onabort?: () => void;

  open(_method: string, url: string) {
    this.url = url;
  }
  setRequestHeader(name: string, value: string) {
    this.headers[name] = value;
  }
  getResponseHeader() {
    return null;
  }
  send() {
    FakeRequest.all.push(this);
  }
  abort() {
    this.isAborted = true;
    this.onabort?.();
  }
  answer(status: number, code = "") {
    this.status = status;
    this.responseText = JSON.stringify({ code, detail: code });
    this.onload?.();
  }
}

const file = (name: string, size = 10) => ({ path: name, file: new File(["x".repeat(size)], name) });
const requests = (count: number) => vi.waitFor(() => expect(FakeRequest.all).toHaveLength(count));

describe("uploads", () => {
  beforeEach(() => {
    FakeRequest.all = [];
    vi.stubGlobal("XMLHttpRequest", FakeRequest);
    sessionStorage.clear();
  });
  afterEach(() => vi.unstubAllGlobals());

  it("goes on once the key is there", async () => {
    const { uploads, add } = makeUploads("t");
    add("/workspace", [file("a.txt")]);
    await requests(1);
    FakeRequest.all[0]!.answer(401, "unauthenticated");
    await flushPromises();
    expect(uploads[0]!.state).toBe("sending");

    giveKey("right");
    await requests(2);
    FakeRequest.all[1]!.answer(204);

    await vi.waitFor(() => expect(uploads[0]!.state).toBe("done"));
  });

  it("has the browser ask before what is being sent goes with the page", async () => {
    const leaves = () => {
      const event = new Event("beforeunload", { cancelable: true });
      dispatchEvent(event);
      return !event.defaultPrevented;
    };
    const { add } = uploadsOf("leaving");
    expect(leaves()).toBe(true);

    add("/workspace", [file("a.txt")]);
    await requests(1);
    expect(leaves()).toBe(false);
    FakeRequest.all[0]!.answer(204);

    await vi.waitFor(() => expect(leaves()).toBe(true));
  });

  it("sends two at once, tells how far they are, and says when all are over", async () => {
    const ended = vi.fn();
    const { uploads, add, sentBytes, allBytes, whenIdle, isActive } = makeUploads("t");
    whenIdle(ended);

    add("/workspace/in", [file("a b.txt"), file("b.txt"), file("c.txt")]);
    await requests(2);
    expect(FakeRequest.all[0]!.url).toMatch(/path=%2Fworkspace%2Fin%2Fa%20b\.txt$/);
    expect(uploads.map(({ state }) => state)).toEqual(["sending", "sending", "waiting"]);
    FakeRequest.all[0]!.upload.onprogress!({ loaded: 4 });
    expect([sentBytes.value, allBytes.value]).toEqual([4, 30]);

    FakeRequest.all[0]!.answer(201);
    await requests(3);
    expect(ended).not.toHaveBeenCalled();
    FakeRequest.all[1]!.answer(201);
    FakeRequest.all[2]!.answer(204);
    await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce());
    expect(uploads.every(({ state }) => state === "done")).toBe(true);
    expect(isActive.value).toBe(false);
  });

  it("replaces nothing before it was told to", async () => {
    const { uploads, add, replace } = makeUploads("t");
    add("/workspace", [file("a.txt")]);
    await requests(1);
    expect(FakeRequest.all[0]!.headers["If-None-Match"]).toBe("*");

    FakeRequest.all[0]!.answer(412, "stale");
    await vi.waitFor(() => expect(uploads[0]!.state).toBe("exists"));
    replace(uploads[0]!);

    await requests(2);
    expect(FakeRequest.all[1]!.headers["If-None-Match"]).toBeUndefined();
    FakeRequest.all[1]!.answer(204);
    await vi.waitFor(() => expect(uploads[0]!.state).toBe("done"));
  });

  it("looks whether a large file is there before it sends it", async () => {
    serve(() => new Response(null, { headers: { "Content-Length": "3", ETag: '"x"' } }));
    const { uploads, add } = makeUploads("t");

    add("/workspace", [file("large.bin", 1_000_001)]);

    await vi.waitFor(() => expect(uploads[0]!.state).toBe("exists"));
    expect(FakeRequest.all).toHaveLength(0);
  });

  it("sends a large file that isn't there yet", async () => {
    serve(() => refusal(404, "not_found"));
    const { add } = makeUploads("t");

    add("/workspace", [file("large.bin", 1_000_001)]);

    await requests(1);
    expect(FakeRequest.all[0]!.headers["If-None-Match"]).toBe("*");
  });

  it("tells what went wrong with each, and tries again when asked", async () => {
    const { uploads, add, retry } = makeUploads("t");
    add("/workspace", [file("a.txt"), file("b.txt")]);
    await requests(2);

    FakeRequest.all[0]!.answer(413, "too_large");
    FakeRequest.all[1]!.onerror!();

    await vi.waitFor(() => expect(uploads.map(({ state }) => state)).toEqual(["failed", "failed"]));
    expect(uploads.map((upload) => upload.problem?.code)).toEqual(["too_large", "unreachable"]);
    retry(uploads[1]!);
    await requests(3);
    FakeRequest.all[2]!.answer(201);
    await vi.waitFor(() => expect(uploads[1]!.state).toBe("done"));
  });

  it("tells a file that can't be read any more from a service that can't be reached", async () => {
    const { uploads, add } = makeUploads("t");
    const given = file("a.txt");
    const gone = { arrayBuffer: () => Promise.reject(new DOMException("It changed.", "NotReadableError")) };
    Object.defineProperty(given.file, "slice", { value: () => gone });
    add("/workspace", [given]);
    await requests(1);

    FakeRequest.all[0]!.onerror!();

    await vi.waitFor(() => expect(uploads[0]!.problem?.code).toBe("unreadable"));
  });

  it("stops what is given up, and goes on with the others", async () => {
    const { uploads, add, cancel, clear } = makeUploads("t");
    add("/workspace", [file("a.txt"), file("b.txt"), file("c.txt"), file("d.txt")]);
    await requests(2);

    cancel(uploads[2]!);
    cancel(uploads[0]!);

    await requests(3);
    expect(FakeRequest.all[0]!.isAborted).toBe(true);
    expect(FakeRequest.all[2]!.url).toContain("d.txt");
    expect(uploads.map(({ state }) => state)).toEqual(["cancelled", "sending", "cancelled", "sending"]);
    clear();
    expect(uploads.map(({ path }) => path)).toEqual(["/workspace/b.txt", "/workspace/d.txt"]);
  });

  it("shows the key", async () => {
    sessionStorage.setItem("holdpoint.key", "secret");
    const { add } = makeUploads("t");

    add("/workspace", [file("a.txt")]);

    await requests(1);
    expect(FakeRequest.all[0]!.headers.Authorization).toBe("Bearer secret");
  });

  it("stays given up while it was being asked whether there is such a file", async () => {
    let answer: (found: Response) => void = () => {};
    serve(() => new Promise((found) => (answer = found)));
    const { uploads, add, cancel, whenIdle } = makeUploads("t");
    const ended = vi.fn();
    whenIdle(ended);
    add("/workspace", [file("big.bin", 2_000_000)]);

    cancel(uploads[0]!);
    answer(new Response(null, { status: 200 }));

    await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce());
    expect(uploads[0]!.state).toBe("cancelled");
  });

  it("can be given up again after it was tried again", async () => {
    const { uploads, add, cancel, retry } = makeUploads("t");
    add("/workspace", [file("a.txt")]);
    await requests(1);
    cancel(uploads[0]!);
    retry(uploads[0]!);
    await requests(2);

    cancel(uploads[0]!);

    expect(FakeRequest.all[1]!.isAborted).toBe(true);
    expect(uploads[0]!.state).toBe("cancelled");
  });
});
