import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const blocked = () => {
  throw new DOMException("Access is denied for this document.", "SecurityError");
};

describe("what is kept", () => {
  beforeEach(() => {
    vi.resetModules();
    localStorage.clear();
    sessionStorage.clear();
  });
  afterEach(() => vi.restoreAllMocks());

  it("is there after a reload, each in its place", async () => {
    const before = await import("./kept");
    before.kept.set("a", "1");
    before.keptForTab.set("a", "2");
    vi.resetModules();
    const { kept, keptForTab } = await import("./kept");

    expect([kept.get("a"), keptForTab.get("a")]).toEqual(["1", "2"]);
    kept.remove("a");
    expect([kept.get("a"), localStorage.length]).toEqual([undefined, 0]);
  });

  it("lasts as long as the page where the browser blocks it", async () => {
    vi.spyOn(window, "localStorage", "get").mockImplementation(blocked);
    const { kept } = await import("./kept");

    expect(kept.get("a")).toBeUndefined();
    kept.set("a", "1");
    expect(kept.get("a")).toBe("1");
    kept.remove("a");
    expect(kept.get("a")).toBeUndefined();
  });

  it("is a draft, each under its name, and none where nothing is written", async () => {
    const { useDraft } = await import("./kept");
    useDraft("a").value = "half a thought";

    expect([useDraft("a").value, useDraft("b").value]).toEqual(["half a thought", ""]);
    useDraft("a").value = "";
    expect([useDraft("a").value, sessionStorage.length]).toEqual(["", 0]);
  });

  it("is no draft any more once it is emptied, also by what outlives the place where it was written", async () => {
    const { useDraft } = await import("./kept");
    const { effectScope } = await import("vue");
    const place = effectScope();
    const draft = place.run(() => useDraft("a"))!;
    draft.value = "a beginning";
    place.stop();

    draft.value = "";

    expect([useDraft("a").value, sessionStorage.length]).toEqual(["", 0]);
  });

  it("leaves nothing old where the new is too much", async () => {
    const { keptForTab } = await import("./kept");
    keptForTab.set("a", "old");
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("Too much.", "QuotaExceededError");
    });

    keptForTab.set("a", "new");

    expect(keptForTab.get("a")).toBe("new");
    expect(sessionStorage.length).toBe(0);
  });

  it("isn't needed for the page to begin", async () => {
    vi.spyOn(window, "localStorage", "get").mockImplementation(blocked);
    vi.spyOn(window, "sessionStorage", "get").mockImplementation(blocked);
    vi.stubGlobal("BroadcastChannel", blocked);
    const { language } = await import("./preferences");
    const { notifying } = await import("./notifications");
    const { authorization, giveKey } = await import("../api/client");
    const { keepDeletions } = await import("../threads/deletions");
    const { effectScope } = await import("vue");
    effectScope().run(keepDeletions);

    giveKey("right");

    expect(authorization()).toBe("Bearer right");
    expect([language.value, notifying.value]).toEqual(["en", false]);
  });

  it("is the only place that stores anything, as all others would fail where that is blocked", () => {
    const sources = import.meta.glob("../**/*.{ts,vue}", { query: "?raw", import: "default", eager: true });
    const places = Object.entries(sources)
      .filter(([name]) => !name.includes("test"))
      .filter(([, text]) => /\b(session|local)Storage\b/.test(text as string))
      .map(([name]) => name);

    expect(places).toEqual(["./kept.ts"]);
  });
});
