/** More columns and longer cells are cut, and the page says so. */
export const MAX_COLUMNS = 100;
export const MAX_ROWS = 20_000;
export const MAX_CELL_CHARS = 1_000;

export interface Table {
  header: string[];
  rows: string[][];
  /** Whether there is more than is shown. */
  isCut: boolean;
}

/**
 * @param isPart whether the text breaks off: its last row may then be half a row
 */
export async function parseTable(text: string, isPart: boolean): Promise<Table> {
  const { default: Papa } = await import("papaparse");
  const { data } = Papa.parse<string[]>(text, { skipEmptyLines: true, preview: MAX_ROWS + 2 });
  if (isPart && data.length > 1) data.pop();
  const [header = [], ...rows] = data.map((row) => row.slice(0, MAX_COLUMNS).map(cut));
  const isCut = isPart || rows.length > MAX_ROWS || data.some((row) => row.length > MAX_COLUMNS || row.some(isLong));
  return { header, rows: rows.slice(0, MAX_ROWS), isCut };
}

const isLong = (cell: string) => cell.length > MAX_CELL_CHARS;
const cut = (cell: string) => (isLong(cell) ? `${cell.slice(0, MAX_CELL_CHARS)}…` : cell);
