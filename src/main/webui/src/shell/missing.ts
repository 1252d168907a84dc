import { refreshStatus, statusProblem } from "../status/status";
import { keptForTab } from "./kept";

const KEPT = "holdpoint.reloaded";
const PAUSE_MILLIS = 60_000;

/**
 * A part of the page can't be had: a page that is older than the service names files that are gone, and loading it again
 * helps. Not where the service is away, which is shown, and not again and again: then whoever wants that part can ask for
 * it once more.
 */
export async function onMissingPart(reload: () => void): Promise<void> {
  await refreshStatus();
  if (statusProblem.value?.code === "unreachable") return;
  const last = Number(keptForTab.get(KEPT) ?? 0);
  if (Date.now() - last < PAUSE_MILLIS) return;
  keptForTab.set(KEPT, String(Date.now()));
  reload();
}
