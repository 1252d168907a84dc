import { flushPromises } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope, shallowRef, type EffectScope } from "vue";
import type { Thread } from "../api/client";
import { threadOf, waiting } from "../test-service";

class FakeNotification {
  static permission: NotificationPermission = "default";
  static answer: NotificationPermission = "granted";
  static shown: FakeNotification[] = [];
  static async requestPermission() {
    return (FakeNotification.permission = FakeNotification.answer);
  }
  onclick: (() => void) | undefined;
  close = vi.fn();
  constructor(
    readonly title: string,
    readonly options: NotificationOptions,
  ) {
    FakeNotification.shown.push(this);
  }
}

/** The locks of a browser with several tabs. */
class FakeLocks {
  private readonly names: string[] = [];
  async request(name: string, _: LockOptions, use: () => Promise<void>) {
    await Promise.resolve();
    this.names.push(name);
    await use();
    this.names.splice(this.names.indexOf(name), 1);
  }
  async query() {
    return { held: this.names.map((name) => ({ name })) };
  }
}

const LOCK = "holdpoint.looked-at";

function withLocks(): FakeLocks {
  const locks = new FakeLocks();
  Object.defineProperty(navigator, "locks", { value: locks, configurable: true });
  return locks;
}

function tabThatIsLookedAt(locks: FakeLocks) {
  let end = () => {};
  const ended = locks.request(LOCK, {}, () => new Promise((done) => (end = done)));
  return { leave: () => (end(), ended) };
}

let scope: EffectScope;

async function watching(initial: Thread[]) {
  vi.resetModules();
  const notifications = await import("./notifications");
  const threads = shallowRef<Thread[]>([]);
  const open = vi.fn();
  scope.run(() => notifications.notifyOfWaiting(threads, open));
  const list = async (...now: Thread[]) => {
    threads.value = now;
    await flushPromises();
  };
  await list(...initial);
  return { ...notifications, list, open };
}

const shown = () => FakeNotification.shown.map(({ title, options }) => [title, options.body, options.tag]);
function away(hidden: boolean): void {
  vi.spyOn(document, "hidden", "get").mockReturnValue(hidden);
  document.dispatchEvent(new Event("visibilitychange"));
}

describe("notifications", () => {
  beforeEach(() => {
    localStorage.clear();
    scope = effectScope();
    Object.assign(FakeNotification, { permission: "default", answer: "granted", shown: [] });
    vi.stubGlobal("Notification", FakeNotification);
    vi.stubGlobal("isSecureContext", true);
    away(true);
  });
  afterEach(() => {
    scope.stop();
    Reflect.deleteProperty(navigator, "locks");
  });

  it("tells once of a thread that begins to wait", async () => {
    const { setNotifying, list } = await watching([threadOf("a"), threadOf("b")]);
    await setNotifying(true);

    await list(threadOf("a", { interrupts: waiting("1", "2") }), threadOf("b"));
    await list(threadOf("a", { interrupts: waiting("1", "2") }), threadOf("b"));
    await list(threadOf("a", { interrupts: waiting("2") }), threadOf("b"));

    expect(shown()).toEqual([["Title of a", "Waiting for you (2)", "holdpoint.a"]]);
  });

  it("leads to the thread", async () => {
    const { setNotifying, list, open } = await watching([]);
    await setNotifying(true);
    const focus = vi.spyOn(window, "focus").mockImplementation(() => {});
    await list(threadOf("a", { interrupts: waiting("1") }));

    FakeNotification.shown[0]!.onclick!();

    expect(focus).toHaveBeenCalled();
    expect(open).toHaveBeenCalledWith("a");
  });

  it("goes away when somebody decided", async () => {
    const { setNotifying, list } = await watching([]);
    await setNotifying(true);
    await list(threadOf("a", { interrupts: waiting("1") }));

    await list(threadOf("a", { status: "running" }));

    expect(FakeNotification.shown[0]!.close).toHaveBeenCalled();
  });

  it("is silent about what waited before, while somebody looks, and when it is off", async () => {
    const { setNotifying, list } = await watching([threadOf("a", { interrupts: waiting("1") })]);
    await setNotifying(true);
    await list(threadOf("a", { interrupts: waiting("1") }));
    away(false);
    await list(threadOf("a", { interrupts: waiting("2") }));
    away(true);
    await setNotifying(false);
    await list(threadOf("a", { interrupts: waiting("3") }));

    expect(shown()).toEqual([]);
  });

  it("is silent while somebody looks at another tab of the service", async () => {
    const locks = withLocks();
    const { setNotifying, list } = await watching([]);
    await setNotifying(true);
    const other = tabThatIsLookedAt(locks);

    await list(threadOf("a", { interrupts: waiting("1") }));
    expect(shown()).toEqual([]);
    await other.leave();
    await list(threadOf("a", { interrupts: waiting("1") }), threadOf("b", { interrupts: waiting("2") }));

    expect(shown().map(([title]) => title)).toEqual(["Title of b"]);
  });

  it("lets other tabs know as long as somebody looks at this one", async () => {
    const locks = withLocks();
    await watching([]);
    const names = async () => {
      await flushPromises();
      return (await locks.query()).held.map(({ name }) => name);
    };
    expect(await names()).toEqual([]);

    away(false);
    expect(await names()).toEqual([LOCK]);
    away(true);
    away(false);
    away(true);
    expect(await names()).toEqual([]);
    away(false);
    expect(await names()).toEqual([LOCK]);
    scope.stop();
    expect(await names()).toEqual([]);
  });

  it("remembers the choice, and takes a no for a no", async () => {
    const first = await watching([]);
    await first.setNotifying(true);
    expect((await watching([])).notifying.value).toBe(true);

    FakeNotification.answer = "denied";
    const second = await watching([]);
    await second.setNotifying(true);
    expect(second.notifying.value).toBe(false);
    expect(second.permission.value).toBe("denied");
    expect((await watching([])).notifying.value).toBe(false);
  });

  it("isn't there where the browser has it in name only", async () => {
    const { setNotifying, list, permission, notifying } = await watching([]);
    await setNotifying(true);
    class Illegal extends FakeNotification {
      constructor(title: string, options: NotificationOptions) {
        super(title, options);
        throw new TypeError("Illegal constructor.");
      }
    }
    vi.stubGlobal("Notification", Illegal);

    await list(threadOf("a", { interrupts: waiting("1") }));

    expect(permission.value).toBe("unsupported");
    expect(notifying.value).toBe(false);
  });

  it("isn't there for pages that aren't secure", async () => {
    vi.stubGlobal("isSecureContext", false);
    const { setNotifying, permission, notifying } = await watching([]);

    await setNotifying(true);

    expect(permission.value).toBe("unsupported");
    expect(notifying.value).toBe(false);
  });
});
