// What colours code, in one piece that the page loads when it shows the first code. Commands and arguments are in each call that waits.
import hljs from "highlight.js/lib/core";
import type { LanguageFn } from "highlight.js";
import bash from "highlight.js/lib/languages/bash";
import json from "highlight.js/lib/languages/json";

hljs.registerLanguage("bash", bash);
hljs.registerLanguage("json", json);

/** The others come when they are shown, each by itself; those of web pages, of which one holds another, together. */
const ALONE: Record<string, () => Promise<{ default: LanguageFn }>> = {
  c: () => import("highlight.js/lib/languages/c"),
  cpp: () => import("highlight.js/lib/languages/cpp"),
  csharp: () => import("highlight.js/lib/languages/csharp"),
  diff: () => import("highlight.js/lib/languages/diff"),
  dockerfile: () => import("highlight.js/lib/languages/dockerfile"),
  go: () => import("highlight.js/lib/languages/go"),
  ini: () => import("highlight.js/lib/languages/ini"),
  java: () => import("highlight.js/lib/languages/java"),
  makefile: () => import("highlight.js/lib/languages/makefile"),
  python: () => import("highlight.js/lib/languages/python"),
  ruby: () => import("highlight.js/lib/languages/ruby"),
  rust: () => import("highlight.js/lib/languages/rust"),
  sql: () => import("highlight.js/lib/languages/sql"),
  yaml: () => import("highlight.js/lib/languages/yaml"),
};
const TOGETHER = ["css", "javascript", "markdown", "php", "typescript", "xml"];

/** Loads a language if it isn't known yet and there is one of that name. */
export async function learn(language: string): Promise<void> {
  if (hljs.getLanguage(language)) return;
  if (TOGETHER.includes(language)) await import("./web-languages");
  else if (Object.hasOwn(ALONE, language)) hljs.registerLanguage(language, (await ALONE[language]!()).default);
}

export { hljs };
