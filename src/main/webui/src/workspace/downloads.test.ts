import { afterEach, describe, expect, it, vi } from "vitest";
import { serve } from "../test-service";
import { download } from "./downloads";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  sessionStorage.clear();
});

describe("download", () => {
  function followed() {
    const links: HTMLAnchorElement[] = [];
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
      links.push(this);
    });
    return links;
  }

  it("is a plain link without a key", async () => {
    const asked = serve(() => new Response("abc"));
    const links = followed();

    await download("http://localhost/x?path=a", "a\u202eb.txt");

    expect(links.map(({ href, download: name }) => [href, name])).toEqual([
      ["http://localhost/x?path=a", "a\u202eb.txt"],
    ]);
    expect(asked).toHaveLength(0);
  });

  it("shows the key, and goes by way of memory where it must", async () => {
    sessionStorage.setItem("holdpoint.key", "secret");
    URL.createObjectURL = () => "blob:test/1";
    const asked = serve(() => new Response("abc"));
    const links = followed();

    await download("http://localhost/x", "a.txt");

    expect(asked[0]!.headers.get("Authorization")).toBe("Bearer secret");
    expect(links.map(({ href, download: name }) => [href, name])).toEqual([["blob:test/1", "a.txt"]]);
  });

  it("goes straight to the disk where the browser lets it", async () => {
    sessionStorage.setItem("holdpoint.key", "secret");
    serve(() => new Response("abc"));
    const links = followed();
    const written: string[] = [];
    const target = new WritableStream<Uint8Array>({
      write: (chunk) => void written.push(new TextDecoder().decode(chunk)),
    });
    vi.stubGlobal("showSaveFilePicker", async () => ({ createWritable: async () => target }));

    await download("http://localhost/x", "a.txt");

    expect(written.join("")).toBe("abc");
    expect(links).toHaveLength(0);
  });

  it("reads nothing when the person thinks better of it", async () => {
    sessionStorage.setItem("holdpoint.key", "secret");
    const asked = serve(() => new Response("abc"));
    vi.stubGlobal("showSaveFilePicker", () => Promise.reject(new DOMException("no", "AbortError")));

    await download("http://localhost/x", "a.txt");

    expect(asked).toHaveLength(0);
  });

  it.each<[string, () => Promise<unknown>]>([
    ["on its way", async () => ({ createWritable: async () => new WritableStream() })],
    ["at the disk", async () => ({ createWritable: () => Promise.reject(new DOMException("no", "NotAllowedError")) })],
    ["on its way into memory", () => Promise.reject(new DOMException("no", "SecurityError"))],
  ])("says that it broke off %s", async (_, picker) => {
    sessionStorage.setItem("holdpoint.key", "secret");
    serve(() => new Response(new ReadableStream({ start: (body) => body.error(new TypeError("network error")) })));
    vi.stubGlobal("showSaveFilePicker", picker);

    await expect(download("http://localhost/x", "a.txt")).rejects.toMatchObject({ code: "broken_off" });
  });
});
