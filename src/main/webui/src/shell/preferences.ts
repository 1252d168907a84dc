import { ref, watch } from "vue";

/** system: as the browser says. */
export type Theme = "system" | "light" | "dark";
export type Language = "en" | "zh";

function kept<T extends string>(name: string, allowed: readonly T[], otherwise: () => T) {
  const stored = localStorage.getItem(name);
  const value = ref(allowed.find((choice) => choice === stored) ?? otherwise());
  watch(value, (now) => localStorage.setItem(name, now));
  return value;
}

export const theme = kept<Theme>("holdpoint.theme", ["system", "light", "dark"], () => "system");

/** The first of the browser's languages that the page speaks, until the person chooses. */
export const language = kept<Language>("holdpoint.language", ["en", "zh"], () => {
  const wanted = navigator.languages.map((tag) => tag.toLowerCase().split("-")[0]);
  return (wanted.find((tag) => tag === "en" || tag === "zh") as Language | undefined) ?? "en";
});
