import type { VueWrapper } from "@vue/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { reactive, ref } from "vue";
import { ThreadFold } from "../thread/fold";
import { refusal, serve } from "../test-service";
import ChangesView from "./ChangesView.vue";
import { HOSTILE, HOSTILE_SHOWN, show } from "./testing";
import ProcessList from "./ProcessList.vue";
import WorkspacePanel from "./WorkspacePanel.vue";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
  sessionStorage.clear();
  document.body.replaceChildren();
});

const threadOf = () => ({ id: "t", fold: reactive(new ThreadFold()) as ThreadFold, connection: ref("connecting") });

function shown() {
  const thread = threadOf();
  show(WorkspacePanel, { thread });
  return thread;
}

describe("WorkspacePanel", () => {
  it("reads the files again when calls ended, once for several", async () => {
    const asked = serve(() => Response.json({ entries: [], truncated: false }));
    const { fold } = shown();
    await vi.waitFor(() => expect(asked).toHaveLength(2));

    for (const toolCallId of ["a", "b"]) {
      const metadata = { outcome: "ok", duration_ms: 1 } as const;
      fold.apply({ type: "TOOL_CALL_RESULT", messageId: "m", toolCallId, content: "", role: "tool", metadata });
    }

    await vi.waitFor(() => expect(asked).toHaveLength(4), 2_000);
  });

  it("reads the files again when a lost service is back, and not for its first answer", async () => {
    vi.useFakeTimers();
    const asked = serve(() => ({ entries: [], truncated: false }));
    const { connection } = shown();
    connection.value = "live";
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toHaveLength(2);

    connection.value = "lost";
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toHaveLength(2);
    connection.value = "live";
    await vi.advanceTimersByTimeAsync(1_000);

    expect(asked).toHaveLength(4);
  });
});

describe("ProcessList", () => {
  it("shows what runs as soon as it can be read", async () => {
    vi.useFakeTimers();
    const process = { id: "p", command: "sleep 60", state: "running", started_at: "2026-01-01T00:00:00Z" };
    let answer: () => unknown = () => refusal(503, "sandbox_unavailable", "No sandbox.");
    serve(() => answer());
    const wrapper = show(ProcessList, { threadId: "t", revision: 0 });
    await vi.advanceTimersByTimeAsync(10);
    expect(wrapper.text()).toContain("No sandbox.");

    answer = () => ({ processes: [process] });
    await vi.advanceTimersByTimeAsync(3_000);

    expect(wrapper.text()).toContain("sleep 60");
    expect(wrapper.text()).not.toContain("No sandbox.");
  });
});

describe("the side panel's choice", () => {
  it("is the same after a reload of this tab", async () => {
    serve(() => Response.json({ entries: [], files: [], processes: [], truncated: false }));
    const thread = threadOf();
    const chosen = (panel: VueWrapper, name: string) =>
      vi.waitFor(() => expect(panel.get("[role=tab][aria-selected=true]").text()).toBe(name));
    const before = show(WorkspacePanel, { thread });
    await chosen(before, "Files");
    await before.findAll("[role=tab]")[2]!.trigger("click");
    before.unmount();

    await chosen(show(WorkspacePanel, { thread }), "Terminal");
  });
});

describe("ChangesView", () => {
  it("lists what changed, with counts, and hostile names as text", async () => {
    const diff = "--- a\n+++ b\n@@ -1,2 +1,3 @@\n a\n-old\n+new <img src=x onerror=alert(1)>\n+more\n";
    const files = [
      { path: `/workspace/${HOSTILE}`, change: "modified", diff },
      { path: "/workspace/pic.png", change: "added", reason: "binary" },
      { path: "/workspace/gone.txt", change: "deleted", diff: "@@ -1 +0,0 @@\n-x\n" },
    ];
    serve(() => Response.json({ run_id: "r", files, truncated: true }));

    const wrapper = show(ChangesView, { threadId: "t", revision: 0 });
    await vi.waitFor(() => expect(wrapper.findAll("button[aria-expanded]")).toHaveLength(3));

    const titles = wrapper.findAll("button[aria-expanded]");
    expect(titles.map((title) => title.text())).toEqual([
      `/workspace/${HOSTILE_SHOWN}Changed · +2 −1`,
      "/workspace/pic.pngNew · no text",
      "/workspace/gone.txtDeleted · +0 −1",
    ]);
    expect(wrapper.text()).toContain("There are more changes");
    await titles[0]!.trigger("click");
    expect(wrapper.get(".diff-added").text()).toBe("+new <img src=x onerror=alert(1)>");
    expect(wrapper.find("img").exists()).toBe(false);
  });

  it("shows changes in the colours of their language", async () => {
    const diff = "--- a\n+++ b\n@@ -0,0 +1 @@\n+return 1\n";
    serve(() =>
      Response.json({ run_id: "r", files: [{ path: "/workspace/a.py", change: "added", diff }], truncated: false }),
    );
    const wrapper = show(ChangesView, { threadId: "t", revision: 0 });
    await vi.waitFor(() => expect(wrapper.find("button[aria-expanded]").exists()).toBe(true));

    await wrapper.get("button[aria-expanded]").trigger("click");

    await vi.waitFor(() => expect(wrapper.get("ins .hljs-keyword").text()).toBe("return"));
    expect(wrapper.get("ins").text()).toBe("+return 1");
  });

  it("says when nothing was changed", async () => {
    serve(() => Response.json({ run_id: null, files: [], truncated: false }));

    const wrapper = show(ChangesView, { threadId: "t", revision: 0 });

    await vi.waitFor(() => expect(wrapper.text()).toContain("Nothing has changed since the latest turn began."));
  });
});
