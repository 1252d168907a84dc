import { beforeEach, describe, expect, it } from "vitest";
import { effectScope } from "vue";
import { useDraft } from "./draft";

describe("a draft", () => {
  beforeEach(() => sessionStorage.clear());

  it("is kept for each thread, and for the one that begins", () => {
    useDraft("a").value = "half a thought";
    useDraft().value = "a beginning";

    expect(["a", "b", undefined].map((id) => useDraft(id).value)).toEqual(["half a thought", "", "a beginning"]);
  });

  it("is gone when it is emptied, also by what outlives the place where it was written", () => {
    const place = effectScope();
    const draft = place.run(() => useDraft())!;
    draft.value = "a beginning";
    place.stop();

    draft.value = "";

    expect(useDraft().value).toBe("");
    expect(sessionStorage.length).toBe(0);
  });
});
