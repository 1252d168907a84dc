import { describe, expect, it } from "vitest";
import { copyTitle } from "./copies";

const named = (title: string) => `${title} (fork)`;

describe("the title of a copy", () => {
  it.each([
    ["Look around", "Look around (fork)"],
    ["Look around (fork)", "Look around (fork)"],
    [undefined, undefined],
  ])("of %s is %s", (title, copy) => expect(copyTitle(title, named)).toBe(copy));

  it("is no longer than the service takes, and has no half character", () => {
    const copy = copyTitle("😀".repeat(100), named)!;

    expect(copy.length).toBeLessThanOrEqual(200);
    expect(copy).toMatch(/^(😀)+… \(fork\)$/u);
  });
});
