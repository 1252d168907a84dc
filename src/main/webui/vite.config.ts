import { fileURLToPath } from "node:url";
import vueI18n from "@intlify/unplugin-vue-i18n/vite";
import vue from "@vitejs/plugin-vue";
import vuetify from "vite-plugin-vuetify";
import { defineConfig } from "vitest/config";
import { purgedUtilities } from "./purge";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  base: "./",
  plugins: [
    vue(),
    vuetify({ autoImport: true }),
    // Messages are compiled with the page; at run time there is nothing to compile.
    vueI18n({ include: at("src/locales/*.json"), strictMessage: true, dropMessageCompiler: true, fullInstall: false }),
    purgedUtilities(at("src")),
  ],
  resolve: {
    alias: [
      // For markdown-it.
      { find: /^entities$/, replacement: at("src/text/entities.ts") },
      { find: /^punycode\.js$/, replacement: at("src/text/hostnames.ts") },
      // For the components.
      { find: /^\.\/adapters\/vuetify\.js$/, replacement: at("src/shell/dates.ts") },
    ],
  },
  // Of Vue, what components in the style of these need.
  define: { __VUE_OPTIONS_API__: false },
  build: {
    target: "es2022",
    // Slower than what comes with Vite, and a twentieth less of what every browser loads.
    minify: "terser",
    // Components that nothing shows are left out.
    rollupOptions: { treeshake: { manualPureFunctions: ["genericComponent", "propsFactory"] } },
    outDir: at("../../../target/classes/META-INF/resources"),
    emptyOutDir: true,
    // The page's policy lets no data: addresses in for scripts and fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // The page's own name goes along: the service takes writing calls of its own pages only.
  server: { proxy: { "/api": { target: process.env.HOLDPOINT_URL ?? "http://127.0.0.1:8002", changeOrigin: false } } },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.ts"],
    setupFiles: [at("src/test-setup.ts")],
    server: { deps: { inline: ["vuetify", "markdown-it"] } },
  },
});
