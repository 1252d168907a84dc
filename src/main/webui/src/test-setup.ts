// What jsdom lacks and the components expect of a browser.
class Observer {
  observe() {}
  unobserve() {}
  disconnect() {}
}

globalThis.ResizeObserver ??= Observer as unknown as typeof ResizeObserver;
globalThis.IntersectionObserver ??= Observer as unknown as typeof IntersectionObserver;
globalThis.CSS ??= {} as typeof CSS;
globalThis.CSS.supports ??= () => false;
globalThis.visualViewport ??= new EventTarget() as VisualViewport;
window.matchMedia ??= (query: string) =>
  Object.assign(new EventTarget(), { matches: false, media: query }) as unknown as MediaQueryList;
Element.prototype.scrollIntoView ??= () => {};
Blob.prototype.arrayBuffer ??= function () {
  const reader = new FileReader();
  reader.readAsArrayBuffer(this);
  return new Promise((done) => reader.addEventListener("load", () => done(reader.result as ArrayBuffer)));
};
