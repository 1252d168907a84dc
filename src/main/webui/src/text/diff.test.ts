import { describe, expect, it, vi } from "vitest";
import { diffColours, diffLines } from "./diff";
import { markupLines } from "./markup";

vi.mock("./markup", { spy: true });

const kinds = (diff: string) => diffLines(diff).map(({ kind }) => kind);

describe("diffLines", () => {
  it("tells what each line is", () => {
    const diff = "--- /a.sql\n+++ /a.sql\n@@ -1,3 +1,2 @@\n a\n-b\n-c\n+d\n";

    expect(kinds(diff)).toEqual(["note", "note", "note", "same", "removed", "removed", "added"]);
  });

  it("takes no line of a hunk for a header", () => {
    const diff = "@@ -1,2 +1,2 @@\n--- gone\n-@@ -1 +1 @@\n+++ come\n+x\n@@ -9 +9 @@\n-y\n+z";

    expect(kinds(diff)).toEqual(["note", "removed", "removed", "added", "added", "note", "removed", "added"]);
  });

  it("takes nothing after a hunk for a change", () => {
    expect(kinds("@@ -0,0 +1 @@\n+x\n+y\n[cut]")).toEqual(["note", "added", "note", "note"]);
  });

  it("knows a missing line feed, and a line that the service marked", () => {
    const diff = "@@ -1,2 +1,2 @@\n⟨blank line 5⟩ \n-x\n\\ No newline at end of file\n+y\n\\ No newline at end of file";

    expect(kinds(diff)).toEqual(["note", "same", "removed", "note", "added", "note"]);
  });

  it("tells signs from code, and changes nothing", () => {
    const diff = "--- a\n@@ -1,4 +1,4 @@\n a\n-- b\n++ c\n\n⟨blank line 5⟩ \n\\ x";

    const lines = diffLines(diff);

    expect(lines.map(({ sign }) => sign)).toEqual(["", "", " ", "-", "+", "", "", ""]);
    expect(lines.map(({ sign, code }) => sign + code).join("\n")).toBe(diff);
  });
});

describe("diffColours", () => {
  it("leaves out lines whose text wouldn't be the same", async () => {
    const lines = diffLines("@@ -0,0 +1,2 @@\n+return 1\n+return 2");
    vi.mocked(markupLines).mockReturnValueOnce(["", ""]).mockReturnValueOnce(["return 1", "retur"]);

    expect([...(await diffColours(lines, "python"))]).toEqual([[lines[1], "return 1"]]);
  });
});
