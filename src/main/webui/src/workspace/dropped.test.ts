import { describe, expect, it } from "vitest";
import { chosenFiles, droppedFiles, MAX_FILES, TooManyFiles } from "./dropped";

const gone = (_: unknown, failed: (why: DOMException) => void) =>
  failed(new DOMException("It is gone.", "NotFoundError"));

const fileEntry = (name: string) =>
  ({
    name,
    isFile: true,
    file: (done: (file: File) => void) => done(new File(["x"], name)),
  }) as unknown as FileSystemEntry;

/** A folder that gives its entries in parts of two, as browsers give a hundred. */
function folderEntry(name: string, children: FileSystemEntry[]): FileSystemEntry {
  const createReader = () => {
    const left = [...children];
    return { readEntries: (done: (part: FileSystemEntry[]) => void) => done(left.splice(0, 2)) };
  };
  return { name, isFile: false, createReader } as unknown as FileSystemEntry;
}

function items(...entries: (FileSystemEntry | File)[]): DataTransferItemList {
  return entries.map((entry) => ({
    kind: "file",
    webkitGetAsEntry: () => (entry instanceof File ? null : entry),
    getAsFile: () => (entry instanceof File ? entry : null),
  })) as unknown as DataTransferItemList;
}

describe("droppedFiles", () => {
  it("goes through folders, all the way", async () => {
    const inner = folderEntry("inner", [fileEntry("c.txt")]);
    const folder = folderEntry("folder", [fileEntry("a.txt"), fileEntry("b.txt"), inner, fileEntry("d.txt")]);

    const { files } = await droppedFiles(items(fileEntry("single.txt"), folder, new File(["x"], "no-disk.txt")));

    expect(files.map(({ path }) => path)).toEqual([
      "single.txt",
      "folder/a.txt",
      "folder/b.txt",
      "folder/inner/c.txt",
      "folder/d.txt",
      "no-disk.txt",
    ]);
  });

  it("leaves out what can't be read, says so, and takes the others", async () => {
    const lostFile = { ...fileEntry("lost.txt"), file: gone } as FileSystemEntry;
    const lostFolder = { ...folderEntry("lost", []), createReader: () => ({ readEntries: gone }) } as FileSystemEntry;
    const folder = folderEntry("folder", [lostFile, fileEntry("a.txt"), lostFolder]);

    const { files, unread } = await droppedFiles(items(folder, fileEntry("b.txt")));

    expect(files.map(({ path }) => path)).toEqual(["folder/a.txt", "b.txt"]);
    expect(unread).toEqual(["folder/lost.txt", "folder/lost"]);
  });

  it("refuses more files than anybody means to send", async () => {
    const folder = folderEntry(
      "node_modules",
      Array.from({ length: MAX_FILES + 1 }, (_, at) => fileEntry(`${at}`)),
    );

    await expect(droppedFiles(items(folder))).rejects.toThrow(TooManyFiles);
  });
});

describe("chosenFiles", () => {
  it("keeps the place of each file in a chosen folder", () => {
    const file = Object.defineProperty(new File(["x"], "a.txt"), "webkitRelativePath", { value: "folder/a.txt" });

    const files = chosenFiles([file, new File(["x"], "b.txt")] as unknown as FileList);

    expect(files.map(({ path }) => path)).toEqual(["folder/a.txt", "b.txt"]);
  });
});
