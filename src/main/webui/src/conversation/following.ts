import { onBeforeUnmount, ref, watch, type Ref } from "vue";

/** Nearer to the end than this is at the end. */
const AT_END_PIXELS = 40;
/** How long after a key, a wheel or a touch a movement counts as the reader's. */
const READER_MILLIS = 1_000;
const READER_EVENTS = ["wheel", "touchmove", "keydown", "pointerdown"];

/**
 * Keeps the end of what grows in view, until the reader moves away from it, and again once the reader is back.
 *
 * Only a movement that the reader began counts: a list that measures its items moves by itself too.
 */
export function useFollowing(box: Ref<HTMLElement | null>, content: Ref<HTMLElement | null>) {
  const isFollowing = ref(true);
  let movedAt = -Infinity;

  const isAtEnd = ({ scrollHeight, scrollTop, clientHeight }: HTMLElement) =>
    scrollHeight - scrollTop - clientHeight <= AT_END_PIXELS;

  /** The reader does something that may move the list. */
  const moved = () => (movedAt = performance.now());

  function look(): void {
    if (performance.now() - movedAt < READER_MILLIS) isFollowing.value = isAtEnd(box.value!);
  }

  function reach(): void {
    if (!box.value) return;
    const { scrollHeight, clientHeight } = box.value;
    // Where all of it is in view, nobody is away from the end.
    if (scrollHeight <= clientHeight) isFollowing.value = true;
    if (isFollowing.value) box.value.scrollTop = scrollHeight;
  }

  function listen(element: HTMLElement, signal: AbortSignal): void {
    const passively = { passive: true, signal };
    element.addEventListener("scroll", look, passively);
    for (const event of READER_EVENTS) element.addEventListener(event, moved, passively);
    element.addEventListener("pointermove", ({ buttons }) => buttons && moved(), passively);
  }

  watch(
    box,
    (element, _, onCleanup) => {
      const gone = new AbortController();
      if (element) listen(element, gone.signal);
      onCleanup(() => gone.abort());
    },
    { flush: "post", immediate: true },
  );

  const grows = new ResizeObserver(reach);
  watch(
    [box, content],
    (elements) => {
      grows.disconnect();
      for (const element of elements) if (element) grows.observe(element);
    },
    { flush: "post", immediate: true },
  );
  onBeforeUnmount(() => grows.disconnect());

  return {
    isFollowing,
    toEnd(): void {
      isFollowing.value = true;
      movedAt = -Infinity;
      reach();
    },
    /** Something is opened where the reader is, who wants to see it and not what comes after it. */
    stay: () => (isFollowing.value = false),
  };
}
