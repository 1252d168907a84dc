import "./code.css";
import { isMarkupOf, markupLines } from "./markup";

/** Longer code is shown without colours: finding them would hold the page up. */
export const MAX_COLOURED_CHARS = 200_000;
/** Where a longer piece begins is not tried out: each try colours all of it. */
const MAX_TRIED_CHARS = 20_000;

const BY_ENDING: Record<string, string> = {
  bash: "bash",
  c: "c",
  cc: "cpp",
  cfg: "ini",
  cjs: "javascript",
  conf: "ini",
  cpp: "cpp",
  cs: "csharp",
  css: "css",
  cts: "typescript",
  diff: "diff",
  go: "go",
  h: "c",
  hpp: "cpp",
  htm: "xml",
  html: "xml",
  ini: "ini",
  ipynb: "json",
  java: "java",
  js: "javascript",
  json: "json",
  jsonl: "json",
  jsx: "javascript",
  md: "markdown",
  mjs: "javascript",
  mk: "makefile",
  mts: "typescript",
  patch: "diff",
  php: "php",
  properties: "ini",
  py: "python",
  pyi: "python",
  rb: "ruby",
  rs: "rust",
  sh: "bash",
  sql: "sql",
  svg: "xml",
  toml: "ini",
  ts: "typescript",
  tsx: "typescript",
  vue: "xml",
  xhtml: "xml",
  xml: "xml",
  yaml: "yaml",
  yml: "yaml",
  zsh: "bash",
};

const BY_NAME: Record<string, string> = {
  ".bashrc": "bash",
  ".env": "ini",
  ".profile": "bash",
  containerfile: "dockerfile",
  dockerfile: "dockerfile",
  gemfile: "ruby",
  gnumakefile: "makefile",
  makefile: "makefile",
  rakefile: "ruby",
};

/** What else languages are called where code is quoted. */
const OTHER_NAMES: Record<string, string> = {
  "c#": "csharp",
  "c++": "cpp",
  docker: "dockerfile",
  golang: "go",
  make: "makefile",
  shell: "bash",
};

/** The language of a file by its name, as {@link highlighted} takes it. */
export function languageOf(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const ending = name.slice(name.lastIndexOf(".") + 1);
  return own(BY_NAME, name) ?? (ending === name ? undefined : own(BY_ENDING, ending));
}

function own(table: Record<string, string>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** What goes over lines, as it opens and as it ends, and in which languages. */
const OVER_LINES: [string, string, string[]][] = [
  ['"""', '"""', ["python"]],
  ["'''", "'''", ["python"]],
  ["`", "`", ["javascript", "typescript", "go"]],
  ["<!--", "-->", ["xml", "markdown"]],
  ["/*", "*/", ["c", "cpp", "csharp", "css", "go", "java", "javascript", "php", "rust", "sql", "typescript"]],
];

/**
 * Code with its colours, as HTML that holds nothing but spans with classes and escaped text.
 *
 * @returns undefined where it is to be shown as it is: an unknown language, too much of it, or colours that would change
 *     the text
 */
export async function highlighted(code: string, language: string | undefined): Promise<string | undefined> {
  return (await colouring(code, language))?.html;
}

/**
 * As {@link highlighted}, line by line, for a piece out of the middle: it may begin within a comment or a text of several
 * lines, and is coloured so where that makes more sense in this language than that it ends within one.
 */
export async function highlightedLines(piece: string, language: string | undefined): Promise<string[] | undefined> {
  for (const [opening, end, languages] of OVER_LINES) {
    const isWorthIt =
      language && languages.includes(language) && piece.length <= MAX_TRIED_CHARS && piece.includes(end);
    if (!isWorthIt) continue;
    const begun = await colouring(`${opening}\n${piece}`, language);
    const ended = await colouring(`${piece}\n${end}`, language);
    if (begun && ended && begun.relevance > ended.relevance) return markupLines(begun.html).slice(1);
  }
  const html = await highlighted(piece, language);
  return html === undefined ? undefined : markupLines(html);
}

async function colouring(code: string, name: string | undefined) {
  if (!name || code.length > MAX_COLOURED_CHARS) return undefined;
  const language = own(OTHER_NAMES, name) ?? own(BY_ENDING, name) ?? name;
  const { hljs, learn } = await import("./languages");
  await learn(language);
  if (!hljs.getLanguage(language)) return undefined;
  const { value: html, relevance } = hljs.highlight(code, { language, ignoreIllegals: true });
  return isMarkupOf(html, code) ? { html, relevance } : undefined;
}
