import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { i18n } from "../shell/i18n";
import { threadOf, waiting } from "../test-service";
import { ago, stateOf, titleOf } from "./words";

describe("words for threads", () => {
  beforeEach(() => vi.useFakeTimers({ now: new Date("2026-03-10T12:00:00Z") }));
  afterEach(() => {
    vi.useRealTimers();
    i18n.global.locale.value = "en";
  });

  it.each([
    ["2026-03-10T12:05:00Z", "now", "现在"],
    ["2026-03-10T11:59:30Z", "now", "现在"],
    ["2026-03-10T11:57:00Z", "3 min. ago", "3分钟前"],
    ["2026-03-09T11:00:00Z", "yesterday", "昨天"],
    ["2024-01-09T11:00:00Z", "2 yr. ago", "2年前"],
  ])("says how long ago %s was", (time, en, zh) => {
    expect(ago(time)).toBe(en);
    i18n.global.locale.value = "zh";
    expect(ago(time)).toBe(zh);
  });

  it("has a title for each thread, with nothing hidden in it", () => {
    expect(titleOf(threadOf("a", { title: null }))).toBe("Untitled thread");
    expect(titleOf(threadOf("a", { title: "  " }))).toBe("Untitled thread");
    expect(titleOf(threadOf("a", { title: "a\u202eb\nc" }))).toBe("a⟨U+202E⟩b⟨U+000A⟩c");
  });

  it("says what a thread is doing", () => {
    expect(stateOf(threadOf("a"))).toBeUndefined();
    expect(stateOf(threadOf("a", { status: "running" }))).toBe("Running");
    expect(stateOf(threadOf("a", { status: "failed" }))).toBe("Failed");
    expect(stateOf(threadOf("a", { interrupts: waiting("1", "2") }))).toBe("Waiting for you (2)");
  });
});
