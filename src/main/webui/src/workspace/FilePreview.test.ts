import { flushPromises } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { refusal, serve } from "../test-service";
import FilePreview from "./FilePreview.vue";
import PreviewDialog from "./PreviewDialog.vue";
import { HOSTILE, HOSTILE_SHOWN, show } from "./testing";

const PAGE = "<script>window.hacked = 1</script><img src=x onerror=alert(1)>\u202e";

describe("FilePreview", () => {
  let blobs: Blob[] = [];

  beforeEach(() => {
    blobs = [];
    URL.createObjectURL = (blob) => `blob:test/${blobs.push(blob as Blob)}`;
    URL.revokeObjectURL = vi.fn();
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    document.body.replaceChildren();
  });

  async function preview(name: string, content: string, size = new TextEncoder().encode(content).length) {
    const asked = serve(() => new Response(content));
    const version = { size, etag: '"v1"' };
    const wrapper = show(FilePreview, { threadId: "t", path: `/workspace/${name}`, version, revision: 0 });
    await vi.waitFor(() => expect(wrapper.find("[role=progressbar]").exists()).toBe(false));
    await flushPromises();
    return { wrapper, asked };
  }

  it.each(["page.html", "evil.txt", "noending", `${HOSTILE}.md`])("shows %j as text", async (name) => {
    const { wrapper } = await preview(name, PAGE);

    expect(wrapper.get("code").text()).toBe("<script>window.hacked = 1</script><img src=x onerror=alert(1)>⟨U+202E⟩");
    expect(wrapper.find("script, img, iframe").exists()).toBe(false);
  });

  it("shows a drawing only as a picture, where its scripts don't run", async () => {
    const { wrapper } = await preview("a.svg", `<svg onload="alert(1)"/>`);

    expect(wrapper.get("img").attributes("src")).toBe("blob:test/1");
    expect(blobs[0]!.type).toBe("image/svg+xml");
    expect(wrapper.find("svg[onload], iframe, a").exists()).toBe(false);
    wrapper.unmount();
    expect(URL.revokeObjectURL).toHaveBeenCalledWith("blob:test/1");
  });

  it("says so where a picture is none", async () => {
    const { wrapper } = await preview("a.png", "no picture");

    await wrapper.get("img").trigger("error");

    expect(wrapper.text()).toContain("can't be shown");
  });

  it.each([true, false])("shows a PDF file as the browser can: %s", async (isEnabled) => {
    Object.defineProperty(navigator, "pdfViewerEnabled", { value: isEnabled, configurable: true });

    const { wrapper } = await preview("a.pdf", "<html>no PDF</html>");

    expect(wrapper.find("iframe").exists()).toBe(isEnabled);
    expect(wrapper.get("a").attributes()).toMatchObject({ href: "blob:test/1", target: "_blank" });
    expect(blobs[0]!.type).toBe("application/pdf");
  });

  it("shows a table, with hostile cells as text", async () => {
    const { wrapper } = await preview("a.csv", `name,n\n"<img src=x onerror=alert(1)>\n\u202ex",1\n`);
    await vi.waitFor(() => expect(wrapper.findAll("tbody tr")).toHaveLength(1));

    expect(wrapper.get("td").text()).toBe("<img src=x onerror=alert(1)>\n⟨U+202E⟩x");
    expect(wrapper.find("img").exists()).toBe(false);
  });

  it("shows a notebook's cells as text", async () => {
    const source = "# T <img src=x onerror=alert(1)>";
    const outputs = [{ output_type: "stream", text: "<b>out</b>" }, { data: { "text/html": "<i>x</i>" } }];
    const cells = [
      { cell_type: "markdown", source },
      { cell_type: "code", source: "1", outputs },
    ];

    const { wrapper } = await preview("a.ipynb", JSON.stringify({ cells }));

    expect(wrapper.text()).toContain(source);
    expect(wrapper.text()).toContain("<b>out</b>");
    expect(wrapper.text()).toContain("1 output that is no text.");
    expect(wrapper.find("img, b").exists()).toBe(false);
  });

  it("shows a broken notebook as text", async () => {
    const { wrapper } = await preview("a.ipynb", "{");

    expect(wrapper.text()).toContain("no sound notebook");
    expect(wrapper.get("code").text()).toBe("{");
  });

  it("reads a large text in parts", async () => {
    const { wrapper, asked } = await preview("a.log", "beginning", 10_000_000);
    expect(asked[0]!.headers.get("Range")).toBe("bytes=0-524287");
    expect(wrapper.text()).toContain("The first 9 bytes of 10 MB are shown.");

    await wrapper.findAll("button").at(-1)!.trigger("click");
    await vi.waitFor(() => expect(wrapper.get("code").text()).toBe("beginningbeginning"));

    expect(asked[1]!.headers.get("Range")).toBe("bytes=9-524296");
  });

  it.each([
    ["empty.txt", "", 0, "This file is empty."],
    ["huge.png", "", 50_000_000, "too large to be shown here (50 MB)"],
  ])("reads nothing of %s", async (name, content, size, words) => {
    const { wrapper, asked } = await preview(name, content, size);

    expect(wrapper.text()).toContain(words);
    expect(asked).toHaveLength(0);
  });

  it("says the size of what is no text", async () => {
    const { wrapper } = await preview("a.bin", "a\0b");

    expect(wrapper.text()).toContain("This file is no text (3 bytes).");
  });

  it("reads on by itself, when it can be read again, from where it could not", async () => {
    const { wrapper, asked } = await preview("a.log", "beginning", 10_000_000);
    serve(() => Promise.reject(new TypeError("network")));
    await wrapper.findAll("button").at(-1)!.trigger("click");
    await vi.waitFor(() => expect(wrapper.text()).toContain("The service can't be reached."));
    const again = serve(() => new Response(" and end"));

    await wrapper.setProps({ revision: 1 });

    await vi.waitFor(() => expect(wrapper.get("code").text()).toBe("beginning and end"));
    expect(wrapper.text()).not.toContain("can't be reached");
    expect([...asked, ...again].map(({ headers }) => headers.get("Range"))).toEqual([
      "bytes=0-524287",
      "bytes=9-524296",
    ]);
    await wrapper.setProps({ revision: 2 });
    expect(again).toHaveLength(1);
  });

  it("tells that another version is there now", async () => {
    serve(() => refusal(412, "stale"));
    const version = { size: 3, etag: '"v1"' };

    const wrapper = show(FilePreview, { threadId: "t", path: "/workspace/a.txt", version, revision: 0 });

    await vi.waitFor(() => expect(wrapper.emitted("stale")).toHaveLength(1));
  });
});

describe("PreviewDialog", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    document.body.replaceChildren();
  });

  const dialog = () => document.querySelector("[role=dialog]")?.textContent ?? "";

  function answering(state: { etag: string; status: number }) {
    serve((request) => {
      if (state.status !== 200) return refusal(state.status, "not_found");
      const headers = { ETag: state.etag, "Content-Length": "3" };
      return new Response(request.method === "HEAD" ? null : "abc", { headers });
    });
  }

  it("tells of a change and of an end, and reads again when asked", async () => {
    const state = { etag: '"1"', status: 200 };
    answering(state);
    const wrapper = show(PreviewDialog, { threadId: "t", revision: 0, modelValue: `/workspace/${HOSTILE}` });
    await vi.waitFor(() => expect(dialog()).toContain("abc"));
    expect(dialog()).toContain(HOSTILE_SHOWN);

    await wrapper.setProps({ revision: 1 });
    await flushPromises();
    expect(dialog()).not.toContain("changed");
    state.etag = '"2"';
    await wrapper.setProps({ revision: 2 });
    await vi.waitFor(() => expect(dialog()).toContain("The file has changed since."));
    document.querySelector<HTMLElement>('[aria-label="Reload"]')!.click();
    await vi.waitFor(() => expect(dialog()).not.toContain("changed"));

    state.status = 404;
    await wrapper.setProps({ revision: 3 });
    await vi.waitFor(() => expect(dialog()).toContain("The file has been deleted since."));
    expect(dialog()).toContain("abc");
  });

  it("shows a file as soon as it can be read", async () => {
    const state = { etag: '"1"', status: 503 };
    answering(state);
    const wrapper = show(PreviewDialog, { threadId: "t", revision: 0, modelValue: "/workspace/a.txt" });
    await vi.waitFor(() => expect(document.querySelector("[role=dialog] .v-alert")).not.toBeNull());

    state.status = 200;
    await wrapper.setProps({ revision: 1 });

    await vi.waitFor(() => expect(dialog()).toContain("abc"));
    expect(document.querySelector("[role=dialog] .v-alert")).toBeNull();
  });

  it("says why a file can't be read", async () => {
    answering({ etag: "", status: 404 });

    show(PreviewDialog, { threadId: "t", revision: 0, modelValue: "/workspace/gone.txt" });

    await vi.waitFor(() => expect(dialog()).toContain("This isn't there, or not any more: /workspace/gone.txt"));
  });
});
