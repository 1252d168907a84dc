import { computed, onScopeDispose, ref, watch, type Ref } from "vue";
import { ApiProblem, type Decision, type Interrupt } from "../api/client";
import type { CallItem } from "../thread/fold";
import type { LiveThread } from "../thread/live";
import { beginEdit, forgetDrafts, keepDrafts, keptDrafts, writtenIn, type Drafts } from "./drafts";
import { SETTLE_MILLIS } from "./guard";

/** How long a card that was decided elsewhere stays to say so. */
export const QUIET_MILLIS = 4_000;
/** As long, where there is something to read. */
export const EXPLAIN_MILLIS = 15_000;

export type Choice = Pick<Decision, "type" | "args" | "message">;
export type Form = Exclude<Decision["type"], "approve">;

/** A call that waits for a person, or did until just now. */
export interface Held {
  readonly id: string;
  call: CallItem;
  interrupt: Interrupt;
  phase: "waiting" | "deciding" | "over";
  form: Form | undefined;
  drafts: Drafts;
  problem: ApiProblem | undefined;
  /** Whether that may have arrived although no answer came. */
  unsure: boolean;
  /** Whether another of the calls that were to be decided with it is to blame. */
  together: boolean;
  /** What the person had written when it was decided elsewhere. */
  lost: string;
  /** How it was decided here; undefined where that happened elsewhere. */
  decided: Decision["type"] | undefined;
  readonly since: number;
}

/** Of a thread; what is being decided goes on while a person looks elsewhere. */
interface Holding {
  cards: Ref<Held[]>;
  /** What was decided here, as long as the page still has to hear of it. */
  decidedHere: Set<string>;
}

const ofThreads = new Map<string, Holding>();

function holdingOf(threadId: string): Holding {
  const holding = ofThreads.get(threadId) ?? { cards: ref<Held[]>([]), decidedHere: new Set<string>() };
  ofThreads.set(threadId, holding);
  return holding;
}

/** Whether a problem means that what the person saw isn't what waits. */
export function isStale({ status }: ApiProblem): boolean {
  return status === 409 || status === 404;
}

function fresh(call: CallItem, interrupt: Interrupt): Held {
  return {
    id: interrupt.id,
    call,
    interrupt,
    phase: "waiting",
    form: undefined,
    drafts: keptDrafts(interrupt.id),
    problem: undefined,
    unsure: false,
    together: false,
    lost: "",
    decided: undefined,
    since: performance.now(),
  };
}

/** The calls of a thread that wait for a person, and those that just did, in the order in which they came. */
export function useHeld(thread: LiveThread) {
  const { cards, decidedHere } = holdingOf(thread.id);
  const waiting = computed(() => cards.value.filter(({ phase }) => phase !== "over"));
  const isBusy = computed(() => cards.value.some(({ phase }) => phase === "deciding"));
  const timers = new Map<string, number>();
  let isLeft = false;

  function look(): void {
    const calls = thread.fold.waiting;
    for (const call of calls) hold(call, call.interrupt!);
    const pending = new Set(calls.map(({ interrupt }) => interrupt!.id));
    const isKnown = thread.loaded.value;
    if (isKnown) for (const id of decidedHere) if (!pending.has(id)) decidedHere.delete(id);
    for (const card of [...cards.value]) {
      // What failed while a person looked elsewhere is said to them, once the page knows whether it still waits.
      if (card.phase === "waiting" && !pending.has(card.id) && (isKnown || !card.problem)) end(card);
    }
  }

  function hold(call: CallItem, interrupt: Interrupt): void {
    if (decidedHere.has(interrupt.id)) return;
    const known = cards.value.find(({ id }) => id === interrupt.id);
    if (known && known.phase !== "over") return void Object.assign(known, { call, interrupt });
    if (known) drop(known);
    cards.value.push(fresh(call, interrupt));
  }

  function end(card: Held, decided?: Decision["type"]): void {
    if (decided && thread.fold.waiting.some(({ interrupt }) => interrupt!.id === card.id)) decidedHere.add(card.id);
    forgetDrafts(card.id);
    const lost = decided ? "" : writtenIn(card.drafts, card.interrupt.metadata.args);
    Object.assign(card, { phase: "over", form: undefined, decided, lost });
    const unseen = performance.now() - card.since < SETTLE_MILLIS && !card.problem && !lost;
    if (decided ? isLeft || thread.fold.status !== "interrupted" : unseen) return drop(card);
    // Whoever wrote it says when it may go.
    if (lost) return;
    timers.set(
      card.id,
      window.setTimeout(() => drop(card), card.problem ? EXPLAIN_MILLIS : QUIET_MILLIS),
    );
  }

  function drop(card: Held): void {
    clearTimeout(timers.get(card.id));
    timers.delete(card.id);
    cards.value = cards.value.filter(({ id }) => id !== card.id);
  }

  /** Opens one of a card's forms, or closes the one that is open; what was written in it stays. */
  function open(card: Held, form: Form | undefined): void {
    if (card.problem?.code === "invalid_args") card.problem = undefined;
    if (form === "edit") card.drafts.edit ??= beginEdit(card.interrupt.metadata.args);
    card.form = form;
  }

  /** Decides calls in one request; where that fails, each of them says why. */
  async function decide(chosen: [Held, Choice][]): Promise<void> {
    if (chosen.length === 0) return;
    for (const [card] of chosen) Object.assign(card, { phase: "deciding", problem: undefined, together: false });
    try {
      await thread.decide(
        chosen.map(([{ id, interrupt }, choice]) => ({
          interrupt_id: id,
          digest: interrupt.metadata.digest,
          ...choice,
        })),
      );
      for (const [card, { type }] of chosen) end(card, type);
    } catch (failure) {
      const problem = failure instanceof ApiProblem ? failure : new ApiProblem("unknown", String(failure), 0);
      for (const [card] of chosen) failed(card, problem);
      if (!isLeft) look();
      const rest = chosen.length > 1 && isStale(problem) ? chosen : [];
      for (const [card] of rest) card.together = card.phase === "waiting";
    }
  }

  function failed(card: Held, problem: ApiProblem): void {
    const unsure = card.unsure || problem.status === 0 || problem.status >= 500;
    Object.assign(card, { phase: "waiting", problem, unsure });
  }

  watch(() => [thread.loaded.value, ...thread.fold.waiting.map(({ interrupt }) => interrupt!.id)], look, {
    immediate: true,
  });
  watch(
    () => waiting.value.map(({ id, drafts }) => [id, JSON.stringify(drafts)] as const),
    (written) => written.forEach(([id, drafts]) => keepDrafts(id, drafts)),
  );
  // Once the turn goes on, the person who decided sees it there.
  watch(
    () => thread.fold.status,
    (status) => {
      if (status !== "interrupted") cards.value.filter(({ decided }) => decided).forEach(drop);
    },
  );
  onScopeDispose(() => {
    isLeft = true;
    timers.forEach((timer) => clearTimeout(timer));
    cards.value = cards.value.filter(({ phase }) => phase === "deciding");
  });

  return { cards, waiting, isBusy, open, decide, drop };
}
