import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { nextTick } from "vue";

const written = (language: string) => JSON.parse(readFileSync(`src/locales/${language}.json`, "utf8")) as object;
const keys = (texts: object, at = ""): string[] =>
  Object.entries(texts).flatMap(([key, text]) => (typeof text === "object" ? keys(text, `${at}${key}.`) : [at + key]));

async function opened(stored?: "en" | "zh") {
  if (stored) localStorage.setItem("holdpoint.language", stored);
  const [page, { language }] = [await import("./i18n"), await import("./preferences")];
  return { ...page, language, texts: () => page.i18n.global.t("shell.language") };
}

describe("i18n", () => {
  beforeEach(() => vi.resetModules());
  afterEach(() => {
    vi.doUnmock("./zh");
    vi.useRealTimers();
    localStorage.clear();
    document.documentElement.lang = "";
  });

  it("has the same texts in both languages", () => {
    expect(keys(written("zh"))).toEqual(keys(written("en")));
  });

  it("speaks English at once", async () => {
    const { componentTexts, texts } = await opened();

    expect(texts()).toBe("Language");
    expect(document.documentElement.lang).toBe("en");
    expect(Object.keys(componentTexts.value)).toEqual(["en"]);
  });

  it("waits for another language that was chosen before", async () => {
    const { componentTexts, spoken, texts } = await opened("zh");

    await spoken;

    expect(texts()).toBe("语言");
    expect(document.documentElement.lang).toBe("zh-CN");
    expect(componentTexts.value).toHaveProperty("zh.close", "关闭");
  });

  it("begins in English while the words of another can't be had, and says them once they can", async () => {
    vi.useFakeTimers();
    vi.doMock("./zh", () => Promise.reject(new TypeError("Failed to fetch")));
    const { i18n, spoken, texts } = await opened("zh");

    await spoken;
    expect([texts(), i18n.global.locale.value, document.documentElement.lang]).toEqual(["Language", "en", ""]);
    vi.doUnmock("./zh");
    await vi.advanceTimersByTimeAsync(5_000);

    await vi.waitFor(() => expect(texts()).toBe("语言"));
  });

  it("stays with English when that is chosen before the words of another can be had", async () => {
    vi.useFakeTimers();
    vi.doMock("./zh", () => Promise.reject(new TypeError("Failed to fetch")));
    const { i18n, language, spoken } = await opened("zh");
    await spoken;

    language.value = "en";
    vi.doUnmock("./zh");
    await vi.advanceTimersByTimeAsync(20_000);

    expect(i18n.global.locale.value).toBe("en");
  });

  it("says the last chosen language, whichever comes last", async () => {
    const { i18n, language, spoken, texts } = await opened("zh");

    language.value = "en";
    await nextTick();
    await spoken;
    expect(i18n.global.locale.value).toBe("en");

    language.value = "zh";
    await vi.waitFor(() => expect(texts()).toBe("语言"));
  });
});
