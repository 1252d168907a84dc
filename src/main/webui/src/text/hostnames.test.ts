import { describe, expect, it } from "vitest";
import hostnames from "./hostnames";

describe("names of hosts", () => {
  it.each([
    ["example.org", "example.org"],
    ["bücher.example", "xn--bcher-kva.example"],
    ["例え.jp", "xn--r8jz45g.jp"],
    ["not a host", "not a host"],
    ["", ""],
  ])("%s is %s in ASCII", (name, ascii) => {
    expect(hostnames.toASCII(name)).toBe(ascii);
  });

  it("are shown as what they are", () => {
    expect(hostnames.toUnicode("xn--80ak6aa92e.com")).toBe("xn--80ak6aa92e.com");
  });
});
