import { visible } from "./visible";

/** How characters look; the parts that are set become CSS classes. */
interface Style {
  foreground?: Hue;
  background?: Hue;
  bold?: boolean;
  faint?: boolean;
  italic?: boolean;
  underline?: boolean;
  inverse?: boolean;
}

/** The colours that are told apart: each can be read on each, in light and dark. */
export const HUES = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white", "grey"] as const;
export type Hue = (typeof HUES)[number];

/** Neighbouring characters that look the same. */
export interface Run {
  text: string;
  /** CSS classes, separated by blanks; none for plain text. */
  look: string;
}

interface Cell {
  char: string;
  look: string;
}

// A control sequence (ECMA-48) | a choice of characters, as `tput sgr0` makes one | what moves the cursor | anything else up to the next of these | an escape that begins nothing known.
const TOKEN = /\u001b\[([0-?]*)[ -/]*([@-~])|\u001b[()*+][0-9A-Z]|[\r\b]|[^\u001b\r\b]+|\u001b/g;
/** A cursor that is told to go further stays there, as at the edge of a wide terminal. */
const MAX_COLUMNS = 500;
const NEEDS_CELLS = /[\u001b\r\b]/;

/**
 * What a terminal would show in the end: colours become classes, a carriage return or a backspace writes over what was
 * there, other control sequences do nothing, and other control characters are made visible. Text that a terminal can be
 * told to hide is shown.
 */
export function terminalRuns(text: string): Run[] {
  const runs: Run[] = [];
  const add = (more: string, look: string) => {
    const last = runs.at(-1);
    if (last?.look === look) last.text += more;
    else runs.push({ text: more, look });
  };
  let style: Style = {};
  text.split("\n").forEach((whole, index) => {
    if (index > 0) add("\n", runs.at(-1)?.look ?? "");
    const line = whole.endsWith("\r") ? whole.slice(0, -1) : whole;
    if (!NEEDS_CELLS.test(line)) return line && add(line, classes(style));
    const written = new Line(style).write(line);
    for (const { char, look } of written.cells) add(char, look);
    style = written.style;
  });
  for (const run of runs) run.text = visible(run.text);
  return runs;
}

/** One line of a terminal, and where its cursor is. */
class Line {
  readonly cells: Cell[] = [];
  private column = 0;

  constructor(public style: Style) {}

  write(line: string): this {
    for (const [token, parameters, command] of line.matchAll(TOKEN)) {
      if (command) this.control(parameters!, command);
      else if (token === "\r") this.column = 0;
      else if (token === "\b") this.move(-1);
      else if (token === "\u001b" || !token.startsWith("\u001b")) this.print(token);
    }
    return this;
  }

  private print(text: string): void {
    const look = classes(this.style);
    while (this.cells.length < this.column) this.cells.push({ char: " ", look: "" });
    for (const char of text) this.cells[this.column++] = { char, look };
  }

  private move(columns: number): void {
    const edge = Math.max(this.cells.length, MAX_COLUMNS);
    this.column = Math.min(Math.max(this.column + columns, 0), edge);
  }

  private control(parameters: string, command: string): void {
    if (command === "m") this.style = restyled(this.style, parameters);
    else if (command === "C") this.move(Number(parameters) || 1);
    else if (command === "D") this.move(-(Number(parameters) || 1));
    else if (command === "G") this.column = Math.min(Math.max(Number(parameters) || 1, 1) - 1, this.cells.length);
    else if (command === "K" && Number(parameters) === 0) this.cells.splice(this.column);
    else if (command === "K") this.blank(Number(parameters) === 1 ? this.column + 1 : this.cells.length);
  }

  /** Up to the cursor, or everything: the columns stay. */
  private blank(end: number): void {
    for (let at = 0; at < end; at++) this.cells[at] = { char: " ", look: "" };
  }
}

function classes(style: Style): string {
  const { foreground, background, ...switches } = style;
  const names: string[] = [];
  if (foreground) names.push(`tt-${foreground}`);
  if (background) names.push(`tt-on-${background}`);
  for (const [name, on] of Object.entries(switches)) if (on) names.push(`tt-${name}`);
  return names.join(" ");
}

const SWITCHES: Record<number, Style> = {
  1: { bold: true },
  2: { faint: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  21: { bold: false },
  22: { bold: false, faint: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  39: { foreground: undefined },
  49: { background: undefined },
};

/** The style after a "select graphic rendition". */
function restyled(before: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/).map(Number);
  let style = { ...before };
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at]!;
    if (code === 0) style = {};
    else if (code === 38 || code === 48) {
      const [hue, used] = extended(codes.slice(at + 1));
      style = { ...style, [code === 38 ? "foreground" : "background"]: hue };
      at += used;
    } else style = { ...style, ...(SWITCHES[code] ?? coloured(code)) };
  }
  return style;
}

/** The sixteen colours: the bright ones are no brighter here, or they could not be read on white. */
function coloured(code: number): Style {
  const hue = code % 10 > 7 ? undefined : code % 10;
  if (hue === undefined) return {};
  if (code >= 30 && code < 40) return { foreground: HUES[hue] };
  if (code >= 40 && code < 50) return { background: HUES[hue] };
  if (code >= 90 && code < 100) return { foreground: hue ? HUES[hue] : "grey" };
  if (code >= 100 && code < 110) return { background: hue ? HUES[hue] : "grey" };
  return {};
}

/** A colour by number or by its parts, and how many codes said so. */
function extended([kind, ...rest]: number[]): [Hue | undefined, number] {
  if (kind === 5) return [ofPalette(rest[0] ?? -1), 2];
  if (kind === 2) return [nearest(rest[0] ?? 0, rest[1] ?? 0, rest[2] ?? 0), 4];
  return [undefined, 1];
}

const LEVELS = [0, 95, 135, 175, 215, 255];

function ofPalette(number: number): Hue | undefined {
  if (!(number >= 0 && number <= 255)) return undefined;
  if (number < 16) return number === 8 ? "grey" : HUES[number % 8];
  if (number >= 232) return nearest(8 + (number - 232) * 10, 8 + (number - 232) * 10, 8 + (number - 232) * 10);
  const cube = number - 16;
  return nearest(LEVELS[Math.floor(cube / 36)]!, LEVELS[Math.floor(cube / 6) % 6]!, LEVELS[cube % 6]!);
}

/** By the angle on the wheel of colours, or by brightness where there is hardly any colour. */
function nearest(red: number, green: number, blue: number): Hue {
  const most = Math.max(red, green, blue);
  const spread = most - Math.min(red, green, blue);
  if (spread < 32) return most < 64 ? "black" : most < 192 ? "grey" : "white";
  const sixth =
    most === red ? (green - blue) / spread : most === green ? 2 + (blue - red) / spread : 4 + (red - green) / spread;
  return (["red", "yellow", "green", "cyan", "blue", "magenta"] as const)[(Math.round(sixth) + 6) % 6]!;
}
