import { describe, expect, it } from "vitest";
import { anInterrupt } from "./fake";
import { partsOf } from "./rendered";

const parts = (tool: string, args: Record<string, unknown>, rendering: string) =>
  partsOf(anInterrupt("i", { tool, args, rendering }).metadata);

describe("partsOf", () => {
  it("knows a command and a new file", () => {
    expect(parts("execute", { command: "ls\nls" }, "ls\nls")).toEqual([{ text: "ls\nls", language: "bash" }]);
    expect(parts("write_file", { file_path: "/a.ts", content: "x\n\ty" }, "/a.ts\nx\n⇥\ty")).toEqual([
      { text: "x\n⇥\ty", language: "typescript" },
    ]);
  });

  it.each([
    ["a line", "one", "two"],
    ["nothing", "", ""],
    ["lines", "a\nb\n", "\n\nc\n"],
    ["what looks like the headings", "--- old\n--- new\n--- new", "--- new\n--- old"],
  ])("tells the old text of an edit from the new one (%s)", (_, old, now) => {
    const args = { file_path: "/a.py", old_string: old, new_string: now, replace_all: true };

    expect(parts("edit_file", args, `/a.py (every occurrence)\n--- old\n${old}\n--- new\n${now}`)).toEqual([
      { heading: "--- old", text: old, language: "python" },
      { heading: "--- new", text: now, language: "python" },
    ]);
  });

  it.each([
    ["another tool", "glob", { pattern: "*" }, 'glob {"pattern": "*"}'],
    ["a path of several lines", "write_file", { file_path: "/a\n.py", content: "x" }, "/a\n.py\nx"],
    [
      "a path that is none",
      "edit_file",
      { file_path: 1, old_string: "x", new_string: "y" },
      "1\n--- old\nx\n--- new\ny",
    ],
    [
      "an edit that reads otherwise",
      "edit_file",
      { file_path: "/a.py", old_string: "x\ny" },
      "/a.py\n--- old\nx\n--- new\n",
    ],
    ["an edit of nothing", "edit_file", { file_path: "/a.py" }, "/a.py\n--- old\n\n--- new\n"],
  ])("shows the whole of %s", (_, tool, args, rendering) => {
    expect(parts(tool, args, rendering)).toEqual([{ text: rendering }]);
  });
});
