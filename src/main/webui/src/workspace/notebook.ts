/** A cell of a Jupyter notebook, as text. */
export interface Cell {
  kind: "markdown" | "code" | "raw";
  source: string;
  outputs: string[];
  /** Outputs that are no text, such as pictures. */
  otherOutputs: number;
}

export interface Notebook {
  language: string;
  cells: Cell[];
}

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null;
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Text is stored as a string or as its lines. */
function joined(value: unknown): string {
  if (typeof value === "string") return value;
  return list(value)
    .filter((line) => typeof line === "string")
    .join("");
}

/** @throws SyntaxError if it is none */
export function parseNotebook(text: string): Notebook {
  const read: unknown = JSON.parse(text);
  if (!isObject(read) || !Array.isArray(read.cells)) throw new SyntaxError("no cells");
  const metadata = isObject(read.metadata) ? read.metadata : {};
  const info = isObject(metadata.language_info) ? metadata.language_info : {};
  const language = typeof info.name === "string" ? info.name : "python";
  return { language, cells: read.cells.filter(isObject).map(cellOf) };
}

function cellOf(cell: Json): Cell {
  const kind = cell.cell_type === "markdown" || cell.cell_type === "raw" ? cell.cell_type : "code";
  const texts = list(cell.outputs).filter(isObject).map(outputOf);
  const outputs = texts.filter((text) => text !== undefined);
  return { kind, source: joined(cell.source), outputs, otherOutputs: texts.length - outputs.length };
}

/** @returns undefined for what is no text */
function outputOf(output: Json): string | undefined {
  if (output.output_type === "stream") return joined(output.text);
  if (output.output_type === "error") return list(output.traceback).map(joined).join("\n");
  const data = isObject(output.data) ? output.data : {};
  return "text/plain" in data ? joined(data["text/plain"]) : undefined;
}
