import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { statusProblem } from "../status/status";
import { refusal, serve } from "../test-service";
import { onMissingPart } from "./missing";

const reload = vi.fn();

describe("a missing part of the page", () => {
  beforeEach(() => {
    sessionStorage.clear();
    reload.mockClear();
    vi.useFakeTimers();
  });
  afterEach(() => {
    statusProblem.value = undefined;
    vi.useRealTimers();
  });

  it.each([
    ["is well", () => ({ ready: true })],
    ["wants a key", () => refusal(401, "unauthenticated")],
    ["is in trouble", () => refusal(503, "store_unavailable")],
  ])("is looked for in a new page when the service %s", async (_, answer) => {
    serve({ "GET /api/status": answer });

    await onMissingPart(reload);

    expect(reload).toHaveBeenCalledTimes(1);
  });

  it("leaves the page as it is while the service is away, and says that it is", async () => {
    serve({ "GET /api/status": () => Promise.reject(new TypeError("refused")) });

    await onMissingPart(reload);

    expect(reload).not.toHaveBeenCalled();
    expect(statusProblem.value?.code).toBe("unreachable");
  });

  it("loads the page again once a minute at most", async () => {
    serve({ "GET /api/status": () => ({ ready: true }) });

    await onMissingPart(reload);
    await onMissingPart(reload);
    expect(reload).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(60_000);
    await onMissingPart(reload);

    expect(reload).toHaveBeenCalledTimes(2);
  });
});
