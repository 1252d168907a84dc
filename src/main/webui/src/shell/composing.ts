/** Whether a key belongs to an input method. Safari says so of the one that ends a word by its code alone. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}
