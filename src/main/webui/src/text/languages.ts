// What colours code, in one piece that the page loads when it shows the first code. Commands and arguments are in each call that waits.
import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import json from "highlight.js/lib/languages/json";

hljs.registerLanguage("bash", bash);
hljs.registerLanguage("json", json);

/** Loads the other languages if this one isn't known without them. */
export async function learn(language: string): Promise<void> {
  if (!hljs.getLanguage(language)) await import("./more-languages");
}

export { hljs };
