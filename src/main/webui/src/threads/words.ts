import { ref } from "vue";
import type { Thread } from "../api/client";
import { i18n } from "../shell/i18n";
import { visibleLine } from "../text/visible";

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

const ticks = ref(0);
setInterval(() => ticks.value++, 15_000);

/** How long ago something was, as people say it. Read inside a template, it stays fresh. */
export function ago(time: string): string {
  // Whoever reads it reads it again with each tick.
  void ticks.value;
  // Clocks differ: nothing was done in the future.
  const seconds = Math.max(0, (Date.now() - Date.parse(time)) / 1000);
  const words = new Intl.RelativeTimeFormat(i18n.global.locale.value, { numeric: "auto", style: "short" });
  const [unit, size] = UNITS.find(([, size]) => seconds >= size) ?? ["second", Infinity];
  return words.format(-Math.floor(seconds / size) || 0, unit);
}

/** A thread's title as a person should read it. */
export function titleOf(thread: Pick<Thread, "title"> | undefined): string {
  return visibleLine((thread?.title ?? "").trim()) || i18n.global.t("threads.untitled");
}

/** What a thread is doing, if that is worth saying. */
export function stateOf(thread: Thread): string | undefined {
  const { t } = i18n.global;
  if (thread.interrupts.length > 0) return t("threads.waiting", thread.interrupts.length);
  if (thread.status === "running") return t("threads.running");
  if (thread.status === "failed") return t("threads.failed");
  return undefined;
}
