import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope, type EffectScope } from "vue";
import { giveKey, keyWanted } from "../api/client";
import { poll } from "./polling";

let scope: EffectScope;
let task: ReturnType<typeof vi.fn<() => Promise<void>>>;

const after = (millis: number) => vi.advanceTimersByTimeAsync(millis);

function look(away: boolean): void {
  vi.spyOn(document, "hidden", "get").mockReturnValue(away);
  document.dispatchEvent(new Event("visibilitychange"));
}

describe("poll", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    look(false);
    task = vi.fn(async () => {});
    scope = effectScope();
    scope.run(() => poll(task, 3_000, 15_000));
  });
  afterEach(() => {
    scope.stop();
    keyWanted.value = false;
    vi.useRealTimers();
  });

  it("begins at once and goes on", async () => {
    expect(task).toHaveBeenCalledTimes(1);
    await after(6_000);
    expect(task).toHaveBeenCalledTimes(3);
  });

  it("is slower while nobody looks, and there at once when somebody does", async () => {
    look(true);
    await after(3_000);
    task.mockClear();

    await after(14_000);
    expect(task).not.toHaveBeenCalled();
    look(false);
    expect(task).toHaveBeenCalledTimes(1);
  });

  it("waits for the last one", async () => {
    let done = () => {};
    task.mockImplementation(() => new Promise((end) => (done = end)));
    await after(3_000);
    task.mockClear();

    await after(60_000);
    expect(task).not.toHaveBeenCalled();
    done();
    await after(3_000);
    expect(task).toHaveBeenCalledTimes(1);
  });

  it("asks for nothing while a key is wanted, and at once when it is there", async () => {
    keyWanted.value = true;
    task.mockClear();
    await after(10_000);
    expect(task).not.toHaveBeenCalled();

    giveKey("right");
    await after(0);
    expect(task).toHaveBeenCalledTimes(1);
  });

  it("ends with its scope", async () => {
    scope.stop();
    task.mockClear();

    await after(60_000);
    look(false);
    expect(task).not.toHaveBeenCalled();
  });
});
