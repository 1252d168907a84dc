import { watchEffect, type App } from "vue";
import { createVuetify } from "vuetify";
import { aliases, mdi } from "vuetify/iconsets/mdi-svg";
import "vuetify/styles/core";
import "vuetify/styles/utilities";
import { componentTexts, i18n } from "./i18n";
import type { Theme } from "./preferences";

// The components' own, 0.6, is too faint for small text on these surfaces.
const variables = { "medium-emphasis-opacity": 0.7 };

interface HeadEntry {
  style: { textContent: string }[];
}

/**
 * Takes the theme's style sheet the way that head managers do, and adopts it: the page's policy allows no style elements
 * that scripts write, but what a script makes of its own text is its own.
 */
const adoptingHead = {
  push(entry: () => HeadEntry) {
    const sheet = new CSSStyleSheet();
    const patch = (now: () => HeadEntry) =>
      sheet.replaceSync(
        now()
          .style.map((style) => style.textContent)
          .join("\n"),
      );
    patch(entry);
    document.adoptedStyleSheets.push(sheet);
    return { patch };
  },
};

/** The components, in the person's colours and with labels in their language. */
export function useVuetify(app: App, theme: Theme): void {
  app.provide("usehead", adoptingHead);
  const vuetify = createVuetify({
    icons: { defaultSet: "mdi", aliases, sets: { mdi } },
    theme: {
      defaultTheme: theme,
      themes: {
        light: {
          variables,
          colors: { primary: "#0b5cad", warning: "#8a5200", error: "#b3261e", success: "#1b6e36", info: "#0b5cad" },
        },
        dark: {
          dark: true,
          variables,
          colors: { primary: "#8cc0ff", warning: "#ffb74d", error: "#ff8a80", success: "#81c995", info: "#8cc0ff" },
        },
      },
    },
    defaults: {
      VTextField: { variant: "outlined", density: "comfortable" },
      VTextarea: { variant: "outlined", density: "comfortable" },
      VSelect: { variant: "outlined", density: "comfortable" },
    },
  });
  app.use(vuetify);
  const { current, messages } = vuetify.locale;
  watchEffect(() => {
    messages.value = componentTexts.value;
    current.value = i18n.global.locale.value;
  });
}
