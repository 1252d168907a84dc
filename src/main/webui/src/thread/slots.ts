// A browser opens six connections to one host over HTTP/1.1, for all its tabs together. Streams hold theirs, so they may
// have four; a tab beyond that asks again and again instead, and nothing stands still.
const SLOTS = 4;

/**
 * Takes the right to hold a stream open, for as long as it isn't given back.
 *
 * @returns what gives it back; undefined where other tabs hold all of them
 */
export async function takeSlot(signal: AbortSignal): Promise<(() => void) | undefined> {
  // Only for pages that are secure, or come from this machine.
  if (!navigator.locks) return () => {};
  for (let slot = 0; slot < SLOTS && !signal.aborted; slot++) {
    const release = await hold(`holdpoint.stream.${slot}`);
    if (release) return release;
  }
  return undefined;
}

function hold(name: string): Promise<(() => void) | undefined> {
  return new Promise((taken) => {
    const held = navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      if (!lock) return taken(undefined);
      return new Promise<void>((release) => taken(release));
    });
    // Where the browser blocks storage it gives no locks either.
    held.catch(() => taken(() => {}));
  });
}
