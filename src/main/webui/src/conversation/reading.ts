import { computed, inject, provide, reactive, type InjectionKey, type WritableComputedRef } from "vue";

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

export function provideReading(): Reading {
  const reading = newReading();
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
