import { flushPromises } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { serve } from "../test-service";
import FileTree from "./FileTree.vue";
import type { Entry } from "./files";
import { HOSTILE, HOSTILE_SHOWN, show } from "./testing";
import { useTree } from "./tree";

const entry = (path: string, type: string) => ({ path, type, size: 1234, modified_at: "2026-01-01T00:00:00Z" });

describe("FileTree", () => {
  let deleted: string[] = [];
  beforeEach(() => {
    deleted = [];
    globalThis.CSS.escape ??= (text) => text.replace(/["\\\n]/g, (sign) => `\\${sign.charCodeAt(0).toString(16)} `);
    serve((_, url) => {
      const entries: Record<string, unknown[]> = {
        "/": [entry("/workspace", "dir"), entry("/shared", "dir")],
        "/workspace": [entry("/workspace/sub", "dir"), entry(`/workspace/${HOSTILE}`, "file")],
        "/workspace/sub": [entry("/workspace/sub/x.txt", "file")],
        "/shared": [entry("/shared/link", "symlink"), entry("/shared/file", "file")],
      };
      const listed = entries[url.searchParams.get("path")!] ?? [];
      return Response.json({
        entries: listed.filter((each) => !deleted.includes((each as Entry).path)),
        truncated: false,
      });
    });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    document.body.replaceChildren();
  });

  async function shown() {
    const tree = useTree("t");
    await tree.refresh();
    const wrapper = show(FileTree, { tree, dropFolder: undefined });
    const press = async (key: string) => {
      document.activeElement!.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      await flushPromises();
    };
    const focused = () => document.activeElement!.getAttribute("data-row");
    return { wrapper, tree, press, focused };
  }

  it("shows a hostile name as text, with what it hides", async () => {
    const { wrapper } = await shown();

    expect(wrapper.text()).toContain(HOSTILE_SHOWN);
    expect(wrapper.text()).toContain("1.2 kB");
    expect(wrapper.find("img").exists()).toBe(false);
    expect(wrapper.get(`button[aria-label="Actions for ${CSS.escape(HOSTILE_SHOWN)}"]`)).toBeTruthy();
  });

  it.each(["+10000-01-01T00:00:00Z", "-300000-01-01T00:00:00Z", ""])("shows a file of any time: %j", async (time) => {
    serve(() => ({
      entries: [{ ...entry("/workspace/odd.txt", "file"), modified_at: time }],
      truncated: false,
    }));

    const { wrapper } = await shown();

    const row = wrapper.get('[data-row="/workspace/odd.txt"]');
    expect(row.get(".v-list-item-subtitle").text()).toBe("1.2 kB");
  });

  it("has no menu where there would be nothing in it", async () => {
    const { wrapper, tree } = await shown();

    await tree.toggle("/shared");
    await flushPromises();

    const menuOf = (path: string) => wrapper.get(`[data-row="${path}"]`).find("[aria-haspopup=menu]").exists();
    expect(["/shared/link", "/shared/file", "/shared"].map(menuOf)).toEqual([false, true, true]);
  });

  it("is a tree for the keyboard", async () => {
    const { wrapper, press, focused } = await shown();
    expect(wrapper.findAll('[role=treeitem][tabindex="0"]')).toHaveLength(1);
    wrapper.get<HTMLElement>('[data-row="/workspace"]').element.focus();

    await press("ArrowDown");
    expect(focused()).toBe("/workspace/sub");
    await press("ArrowRight");
    expect(wrapper.get('[data-row="/workspace/sub"]').attributes("aria-expanded")).toBe("true");
    await press("ArrowRight");
    expect(focused()).toBe("/workspace/sub/x.txt");
    expect(document.activeElement!.getAttribute("aria-level")).toBe("3");
    await press("ArrowLeft");
    expect(focused()).toBe("/workspace/sub");
    await press("ArrowLeft");
    expect(wrapper.find('[data-row="/workspace/sub/x.txt"]').exists()).toBe(false);
    await press("End");
    expect(focused()).toBe("/shared");
    await press("Home");
    expect(focused()).toBe("/workspace");
  });

  it.each([
    ["/workspace/sub/x.txt", "empty /workspace/sub"],
    [`/workspace/${HOSTILE}`, "/workspace/sub/x.txt"],
    ["/workspace/sub", `/workspace/${HOSTILE}`],
  ])("gives the focus of what is gone to its neighbour: %j", async (path, neighbour) => {
    const { wrapper, tree, focused } = await shown();
    await tree.toggle("/workspace/sub");
    await flushPromises();
    const row = wrapper.findAll<HTMLElement>("[role=treeitem]").find((each) => each.attributes("data-row") === path)!;
    row.element.querySelector("button")!.focus();

    deleted = [path];
    await tree.refresh();
    await flushPromises();

    expect(focused()).toBe(neighbour);
  });

  it("asks to delete what may be deleted only", async () => {
    const { wrapper, press } = await shown();

    for (const row of ["/workspace", "/shared", "/workspace/sub"]) {
      wrapper.get<HTMLElement>(`[data-row="${row}"]`).element.focus();
      await press("Delete");
    }

    expect(wrapper.emitted("remove")).toEqual([[expect.objectContaining({ path: "/workspace/sub" })]]);
  });

  it("opens a file with a click or Enter", async () => {
    const { wrapper, press } = await shown();
    const file = wrapper.findAll<HTMLElement>("[role=treeitem]").find((row) => row.text().includes("onerror"))!;

    await file.trigger("click");
    file.element.focus();
    await press("Enter");

    expect(wrapper.emitted("preview")).toHaveLength(2);
  });
});
