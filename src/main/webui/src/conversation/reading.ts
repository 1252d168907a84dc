import { computed, inject, provide, reactive, watch, type InjectionKey, type WritableComputedRef } from "vue";
import { keptForTab } from "../shell/kept";

/**
 * What a person opened, closed, or has begun to edit or copy. It is kept beside the list, because the list takes down what is out
 * of view.
 */
export interface Reading {
  opened: Map<string, boolean>;
  /** The person's message that is being edited. */
  editing: { id: string; text: string } | undefined;
  /** The event up to which the thread is being copied. */
  copyingAt: number | undefined;
}

export const READING: InjectionKey<Reading> = Symbol("reading");

const newReading = (): Reading =>
  reactive({ opened: new Map<string, boolean>(), editing: undefined, copyingAt: undefined });

/** Of a thread's page. What is being edited is kept for the tab, over a look elsewhere and a reload. */
export function provideReading(threadId: string): Reading {
  const reading = newReading();
  const name = `holdpoint.resend.${threadId}`;
  const edited = keptForTab.get(name);
  if (edited) reading.editing = JSON.parse(edited) as Reading["editing"];
  watch(
    () => reading.editing && JSON.stringify(reading.editing),
    (now) => keptForTab.set(name, now ?? ""),
    { flush: "sync" },
  );
  provide(READING, reading);
  return reading;
}

export const useReading = (): Reading => inject(READING, newReading, true);

/** Whether something is open: as the person left it, or else as it is by itself. */
export function useOpened(id: () => string, byItself: () => boolean): WritableComputedRef<boolean> {
  const { opened } = useReading();
  return computed({
    get: () => opened.get(id()) ?? byItself(),
    set: (open) => opened.set(id(), open),
  });
}
