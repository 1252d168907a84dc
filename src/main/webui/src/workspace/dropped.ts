/** A file that a person gave, and its place below the folder that it goes to. */
export interface GivenFile {
  path: string;
  file: File;
}

/** What was dropped, and the paths of what the browser can't read. */
export interface Drop {
  files: GivenFile[];
  unread: string[];
}

/** More files than this at once are refused. */
export const MAX_FILES = 2000;

export class TooManyFiles extends Error {}

/**
 * The files of a drop, those in folders too.
 *
 * @throws TooManyFiles
 */
export async function droppedFiles(items: DataTransferItemList): Promise<Drop> {
  // All have to be taken before anything is waited for: afterwards the list is empty. Files that no disk holds are no entries.
  const given = [...items]
    .filter(({ kind }) => kind === "file")
    .map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  const drop: Drop = { files: [], unread: [] };
  for (const one of given) {
    if (one instanceof File) drop.files.push({ path: one.name, file: one });
    else if (one) await gather(one, "", drop);
  }
  return drop;
}

/** @throws TooManyFiles */
export function chosenFiles(list: FileList): GivenFile[] {
  if (list.length > MAX_FILES) throw new TooManyFiles();
  return [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

async function gather(entry: FileSystemEntry, folder: string, drop: Drop): Promise<void> {
  const path = folder + entry.name;
  if (entry.isFile && drop.files.length >= MAX_FILES) throw new TooManyFiles();
  const content = await contentOf(entry);
  if (!content) drop.unread.push(path);
  else if (content instanceof File) drop.files.push({ path, file: content });
  else for (const child of content) await gather(child, `${path}/`, drop);
}

/** Undefined for what is gone or may not be read. */
async function contentOf(entry: FileSystemEntry): Promise<File | FileSystemEntry[] | undefined> {
  try {
    return await (entry.isFile ? fileOf(entry as FileSystemFileEntry) : children(entry as FileSystemDirectoryEntry));
  } catch {
    return undefined;
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((done, failed) => entry.file(done, failed));
}

/** A reader gives a folder's entries in parts, the last of which is empty. */
async function children(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (part.length === 0) return all;
    all.push(...part);
  }
}
