import { extensionOf, readPart, type FileVersion } from "./files";

/** How a file is looked at: by its name, and text that is none counts as binary. */
export type Kind = "image" | "pdf" | "table" | "notebook" | "text";

const IMAGES: Record<string, string> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  svg: "image/svg+xml",
};

const KINDS: Record<string, Kind> = { pdf: "pdf", csv: "table", tsv: "table", ipynb: "notebook" };

export function kindOf(path: string): Kind {
  const extension = extensionOf(path);
  if (Object.hasOwn(IMAGES, extension)) return "image";
  return Object.hasOwn(KINDS, extension) ? KINDS[extension]! : "text";
}

/** Only these types are ever given to the browser to show, whatever a file holds: none of them runs as a page. */
export function mediaTypeOf(path: string): string {
  return IMAGES[extensionOf(path)] ?? "application/pdf";
}

/** More than this isn't shown, only downloaded. */
export const MAX_BYTES: Record<Kind, number> = {
  image: 32_000_000,
  pdf: 64_000_000,
  table: 4_000_000,
  notebook: 8_000_000,
  text: 4_000_000,
};

/** So much text is read at once. */
export const PART_BYTES = 512 * 1024;

/** A file that is read as text, part by part; all parts are of the same version. */
export class TextParts {
  text = "";
  readBytes = 0;
  isBinary = false;
  private readonly decoder = new TextDecoder();

  constructor(
    private readonly threadId: string,
    private readonly path: string,
    private readonly version: FileVersion,
  ) {}

  get isComplete(): boolean {
    return this.readBytes >= this.version.size;
  }

  /** @throws ApiProblem `stale` if the file isn't this version any more */
  async readMore(bytes = PART_BYTES): Promise<void> {
    const part = await readPart(this.threadId, this.path, this.version.etag, this.readBytes, bytes);
    if (this.readBytes === 0) this.isBinary = looksBinary(new Uint8Array(part));
    this.readBytes += part.byteLength;
    this.text += this.decoder.decode(part, { stream: !this.isComplete });
  }
}

/** Text has no zero bytes, and little that is no UTF-8. */
function looksBinary(bytes: Uint8Array): boolean {
  const start = bytes.subarray(0, 8192);
  if (start.includes(0)) return true;
  const strange = new TextDecoder().decode(start, { stream: true }).split("\ufffd").length - 1;
  return strange > start.length / 10;
}
