import { ref, watch } from "vue";
import { kept } from "./kept";

/** system: as the browser says. */
export type Theme = "system" | "light" | "dark";
export type Language = "en" | "zh";

function choice<T extends string>(name: string, allowed: readonly T[], otherwise: () => T) {
  const stored = kept.get(name);
  const value = ref(allowed.find((each) => each === stored) ?? otherwise());
  watch(value, (now) => kept.set(name, now));
  return value;
}

export const theme = choice<Theme>("holdpoint.theme", ["system", "light", "dark"], () => "system");

/** The first of the browser's languages that the page speaks, until the person chooses. */
export const language = choice<Language>("holdpoint.language", ["en", "zh"], () => {
  const wanted = navigator.languages.map((tag) => tag.toLowerCase().split("-")[0]);
  return (wanted.find((tag) => tag === "en" || tag === "zh") as Language | undefined) ?? "en";
});
