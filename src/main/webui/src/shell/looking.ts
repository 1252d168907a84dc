import { onScopeDispose } from "vue";

const LOCK = "holdpoint.looked-at";

/** Tells other tabs whether somebody looks at this one, until the scope ends. */
export function tellWhetherSeen(): void {
  let leave = () => {};

  function follow(): void {
    leave();
    if (document.hidden) return;
    const seen = new Promise<void>((done) => (leave = done));
    // Where the browser blocks storage it gives no locks either.
    navigator.locks?.request(LOCK, { mode: "shared" }, () => seen).catch(() => {});
  }

  document.addEventListener("visibilitychange", follow);
  onScopeDispose(() => {
    leave();
    document.removeEventListener("visibilitychange", follow);
  });
  follow();
}

/** Whether somebody looks at a tab of the service; where tabs can't tell each other, at this one. */
export async function isSeen(): Promise<boolean> {
  if (!document.hidden) return true;
  const { held } = (await navigator.locks?.query().catch(() => undefined)) ?? {};
  return held?.some(({ name }) => name === LOCK) ?? false;
}
