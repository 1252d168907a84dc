import { afterEach, describe, expect, it, vi } from "vitest";
import { refusal, serve } from "../test-service";
import ChangesView from "./ChangesView.vue";
import { show } from "./testing";

afterEach(() => {
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

const changed = (...names: string[]) =>
  Response.json({
    run_id: "r",
    files: names.map((name) => ({ path: `/workspace/${name}`, change: "modified", diff: "@@ -1 +1 @@\n-a\n+b\n" })),
    truncated: false,
  });

describe("ChangesView", () => {
  it("shows what was asked for last, whichever answer comes first", async () => {
    const answers: ((answer: Response) => void)[] = [];
    serve(() => new Promise((answer) => answers.push(answer)));
    const wrapper = show(ChangesView, { threadId: "t", revision: 0 });
    await wrapper.setProps({ revision: 1 });
    await vi.waitFor(() => expect(answers).toHaveLength(2));

    answers[1]!(changed("new.txt"));
    await vi.waitFor(() => expect(wrapper.text()).toContain("new.txt"));
    answers[0]!(changed("old.txt"));
    await new Promise((handled) => setTimeout(handled));

    expect(wrapper.text()).toContain("new.txt");
    expect(wrapper.text()).not.toContain("old.txt");
  });

  it("keeps what was found when an earlier question fails late", async () => {
    const answers: ((answer: Response) => void)[] = [];
    serve(() => new Promise((answer) => answers.push(answer)));
    const wrapper = show(ChangesView, { threadId: "t", revision: 0 });
    await wrapper.setProps({ revision: 1 });
    await vi.waitFor(() => expect(answers).toHaveLength(2));

    answers[1]!(changed("new.txt"));
    await vi.waitFor(() => expect(wrapper.text()).toContain("new.txt"));
    answers[0]!(refusal(503, "sandbox_unavailable", "No sandbox."));
    await new Promise((handled) => setTimeout(handled));

    expect(wrapper.find(".v-alert").exists()).toBe(false);
  });

  it("says why it can't be read, and forgets that when it can", async () => {
    let answer = () => refusal(503, "sandbox_unavailable", "No sandbox.");
    serve(() => answer());
    const wrapper = show(ChangesView, { threadId: "t", revision: 0 });
    await vi.waitFor(() => expect(wrapper.get(".v-alert").text()).toContain("No sandbox."));
    const refresh = wrapper.get("[aria-label='Look for changes again']");
    expect(refresh.classes()).not.toContain("v-btn--loading");

    answer = () => changed("a.txt");
    await refresh.trigger("click");

    await vi.waitFor(() => expect(wrapper.text()).toContain("a.txt"));
    expect(wrapper.find(".v-alert").exists()).toBe(false);
  });

  it("doesn't lead to a link, which has no content", async () => {
    const diff = "--- a\n+++ b\n@@ -1 +1 @@\n-symbolic link to old\n+symbolic link to /etc/passwd\n";
    serve(() => ({ run_id: "r", files: [{ path: "/workspace/link", change: "modified", diff }], truncated: false }));
    const wrapper = show(ChangesView, { threadId: "t", revision: 0 });
    await vi.waitFor(() => expect(wrapper.find("button[aria-expanded]").exists()).toBe(true));

    await wrapper.get("button[aria-expanded]").trigger("click");

    expect(wrapper.get("ins").text()).toBe("+symbolic link to /etc/passwd");
    expect(wrapper.text()).not.toContain("Preview");
  });

  it("leads to each file that is still there", async () => {
    const files = [
      { path: "/workspace/a.txt", change: "modified", reason: "binary" },
      { path: "/workspace/gone.txt", change: "deleted", reason: "binary" },
    ];
    serve(() => Response.json({ run_id: "r", files, truncated: false }));
    const wrapper = show(ChangesView, { threadId: "t", revision: 0 });
    await vi.waitFor(() => expect(wrapper.findAll("button[aria-expanded]")).toHaveLength(2));

    for (const title of wrapper.findAll("button[aria-expanded]")) await title.trigger("click");
    const previews = wrapper.findAll("button").filter((button) => button.text() === "Preview");
    await previews[0]!.trigger("click");

    expect(previews).toHaveLength(1);
    expect(wrapper.emitted("preview")).toEqual([["/workspace/a.txt"]]);
  });
});
