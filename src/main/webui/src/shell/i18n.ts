import { shallowRef, watch } from "vue";
import { createI18n } from "vue-i18n";
import { en as components } from "vuetify/locale";
import en from "../locales/en.json";
import { language, type Language } from "./preferences";

type Texts = typeof en;

/** Between two tries to get the words of a language. */
const AGAIN_MILLIS = 5_000;

// English is always there, for what another language lacks; others come when they are chosen.
export const i18n = createI18n<[Texts], Language, false>({
  legacy: false,
  locale: "en",
  fallbackLocale: "en",
  messages: { en } as Record<Language, Texts>,
});

/** What the components say. */
export const componentTexts = shallowRef({ en: components });

async function load(wanted: Language): Promise<void> {
  if (wanted in componentTexts.value) return;
  const { page, components } = await import("./zh");
  i18n.global.setLocaleMessage(wanted, page);
  componentTexts.value = { ...componentTexts.value, [wanted]: components };
}

let again: ReturnType<typeof setTimeout> | undefined;

/** Once its words are there, which may take until the service is back; until then the page speaks as before. */
async function speak(wanted: Language): Promise<void> {
  clearTimeout(again);
  try {
    await load(wanted);
  } catch {
    again = setTimeout(() => void speak(language.value), AGAIN_MILLIS);
    return;
  }
  // Another one may have been chosen in the meantime.
  if (wanted !== language.value) return;
  i18n.global.locale.value = wanted;
  document.documentElement.lang = wanted === "zh" ? "zh-CN" : "en";
}

watch(language, speak);

/** Once the page's first language is there, which is on its way already, or can't be had yet. */
export const spoken = speak(language.value);
