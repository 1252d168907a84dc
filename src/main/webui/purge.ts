import { readFile } from "node:fs/promises";
import { PurgeCSS } from "purgecss";
import type { Plugin } from "vite";

/**
 * Leaves out, of the component library's utility classes, those that nothing names: most of its style sheet is classes for
 * each distance at each width of a screen.
 */
export function purgedUtilities(sources: string): Plugin {
  return {
    name: "purged-utilities",
    apply: "build",
    enforce: "pre",
    async load(id) {
      if (!id.endsWith("/vuetify/lib/styles/utilities.css")) return;
      const [purged] = await new PurgeCSS().purge({
        content: [`${sources}/**/*.{vue,ts}`, `${sources}/../node_modules/vuetify/lib/**/*.js`],
        css: [{ raw: await readFile(id, "utf8") }],
        // Put together in code: a table's columns, and states of a change.
        safelist: [/^text-(left|center|right|success|warning|error)$/],
        variables: false,
      });
      return purged!.css;
    },
  };
}
