import type { Interrupt } from "../api/client";
import { languageOf } from "../text/highlight";

/** A part of the service's rendering that has colours of its own, and the line that the service wrote above it. */
export interface Part {
  heading?: string;
  text: string;
  language?: string;
}

const OLD = "--- old";
const NEW = "--- new";

/**
 * The service's rendering of a call, which marks more than the page could. Of a file, its first line is the path; of an
 * edit, the old text and the new one follow. Marks add no lines, so the arguments tell how many are the old text's.
 */
export function partsOf({ tool, args, rendering }: Interrupt["metadata"]): Part[] {
  const { file_path: path, old_string: old } = args;
  if (tool === "execute") return [{ text: rendering, language: "bash" }];
  if (typeof path !== "string" || path.includes("\n")) return [{ text: rendering }];
  const language = languageOf(path);
  const lines = rendering.split("\n").slice(1);
  if (tool === "write_file") return [{ text: lines.join("\n"), language }];
  const middle = typeof old === "string" ? old.split("\n").length + 1 : 0;
  if (tool !== "edit_file" || lines[0] !== OLD || lines[middle] !== NEW) return [{ text: rendering }];
  return [
    { heading: OLD, text: lines.slice(1, middle).join("\n"), language },
    { heading: NEW, text: lines.slice(middle + 1).join("\n"), language },
  ];
}
