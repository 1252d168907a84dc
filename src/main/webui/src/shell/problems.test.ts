import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiProblem } from "../api/client";
import { i18n } from "./i18n";
import { language } from "./preferences";
import { problemCodes, problemText } from "./problems";

describe("problemText", () => {
  afterEach(() => (language.value = "en"));

  it.each(["en", "zh"] as const)("has words for each code in %s", async (locale) => {
    language.value = locale;
    await vi.waitFor(() => expect(i18n.global.locale.value).toBe(locale));

    const texts = problemCodes.map((code) => problemText(new ApiProblem(code, "why.", 500)));

    expect(texts.filter((text) => text.startsWith("problem."))).toEqual([]);
    expect(new Set(texts).size).toBe(problemCodes.length);
    expect(texts.some((text) => /[{}]/.test(text))).toBe(false);
  });

  it("gives the service's sentence where it helps, with what it hides", () => {
    const text = problemText(new ApiProblem("invalid_request", "title: a\u202eb is too long.", 400));

    expect(text).toBe("The service doesn't accept this: title: a⟨U+202E⟩b is too long.");
  });

  it("says when to try again", () => {
    expect(problemText(new ApiProblem("rate_limited", "", 429, 1))).toContain("Try again in one second.");
    expect(problemText(new ApiProblem("rate_limited", "", 429, 20))).toContain("Try again in 20 seconds.");
  });

  it("doesn't know a code of a newer service, and says what it was told", () => {
    const text = problemText(new ApiProblem("brand_new", "Moon phase is wrong.", 418));

    expect(text).toBe("Something went wrong (HTTP 418): Moon phase is wrong.");
  });
});
