import type { ElementHandle, Page } from "@playwright/test";

/** From a click until the browser has drawn what came of it, measured in the page. */
export function clickMillis(page: Page, element: ElementHandle): Promise<number> {
  return page.evaluate(
    (target) =>
      new Promise<number>((resolve) => {
        const begun = performance.now();
        (target as HTMLElement).click();
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun)));
      }),
    element,
  );
}

/** Has a page note the tasks that keep it from answering for more than 50 ms; before it goes anywhere. */
export async function noteLongTasks(page: Page): Promise<{ taken(): Promise<number[]> }> {
  await page.addInitScript(() => {
    const tasks: number[] = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: "longtask",
    });
    Object.assign(window, { takeLongTasks: () => tasks.splice(0) });
  });
  return {
    /** Those since the last time, in milliseconds. */
    taken: () => page.evaluate(() => (window as unknown as { takeLongTasks(): number[] }).takeLongTasks()),
  };
}

/** Tasks in words. */
export function summed(millis: number[]): string {
  const sum = millis.reduce((some, more) => some + more, 0);
  return `${millis.length} long tasks, ${Math.round(sum)} ms together, the longest ${Math.round(Math.max(0, ...millis))} ms`;
}
