import '@testing-library/jest-dom/vitest';
import { configure } from '@testing-library/react';

// A waiting test ends as soon as what it waits for is there; the limit leaves room for a busy machine.
configure({ asyncUtilTimeout: 8000 });

// jsdom has neither layout nor media queries: the virtual lists need a size, the theme an answer.
for (const [name, size] of [['offsetHeight', 600], ['offsetWidth', 1000], ['clientHeight', 600], ['clientWidth', 1000]] as const) {
  Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => size });
}
// The editor measures its text.
Range.prototype.getClientRects = () => [] as unknown as DOMRectList;
Range.prototype.getBoundingClientRect = () => new DOMRect();
HTMLElement.prototype.scrollTo = () => undefined;
HTMLElement.prototype.scrollIntoView = () => undefined;

// Fluent writes thousands of rules, and jsdom goes over each of them for every computed style. How things look is
// checked in a browser; here only structure counts.
const probe = document.head.appendChild(document.createElement('style'));
if (probe.sheet !== null) (Object.getPrototypeOf(probe.sheet) as CSSStyleSheet).insertRule = () => 0;
probe.remove();

class Observer {
  observe() {
    return undefined;
  }
  unobserve() {
    return undefined;
  }
  disconnect() {
    return undefined;
  }
}
globalThis.ResizeObserver ??= Observer as unknown as typeof ResizeObserver;
globalThis.IntersectionObserver ??= Observer as unknown as typeof IntersectionObserver;
window.matchMedia = (query: string): MediaQueryList => ({
  matches: false,
  media: query,
  onchange: null,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
  addListener: () => undefined,
  removeListener: () => undefined,
  dispatchEvent: () => false,
});
