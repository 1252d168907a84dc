import { describe, expect, it } from "vitest";
import { refuseStrayFiles } from "./drops";

function dropped(...types: string[]) {
  const dataTransfer = { types, dropEffect: "copy" };
  const event = Object.assign(new Event("drop", { bubbles: true, cancelable: true }), { dataTransfer });
  document.body.dispatchEvent(event);
  return [event.defaultPrevented, dataTransfer.dropEffect];
}

describe("what is dropped anywhere", () => {
  it("is refused if it is a file that nothing else took", () => {
    expect(dropped("Files")).toEqual([false, "copy"]);
    refuseStrayFiles();

    expect(dropped("Files")).toEqual([true, "none"]);
    expect(dropped("text/plain")).toEqual([false, "copy"]);
    document.body.addEventListener("drop", (event) => event.preventDefault(), { once: true });
    expect(dropped("Files")).toEqual([true, "copy"]);
  });
});
