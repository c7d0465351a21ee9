// What happens in the sandbox, as it happens: one stream for the whole page. The browser reconnects by itself.

/** @type {Map<string, Set<(data: any, isNew: boolean) => void>>} */
const listeners = new Map();
const KINDS = /** @type {(keyof NewsKinds)[]} */ ([
  "message",
  "press",
  "membership",
  "room",
  "person",
  "license",
  "call",
  "delivery",
  "weather",
  "clock",
  "reset",
  "reload",
  "hello",
]);
let isNew = false;

/**
 * `isNew` is false for what happened before the page was opened.
 * @template {keyof NewsKinds} K
 * @param {K} kind
 * @param {(data: NewsKinds[K], isNew: boolean) => void} listener
 */
export function on(kind, listener) {
  const those = listeners.get(kind) ?? new Set();
  listeners.set(kind, those.add(listener));
}

/**
 * Begin to listen; resolves once what follows is new.
 * @param {(isConnected: boolean) => void} told
 * @returns {Promise<void>}
 */
export function connect(told) {
  return new Promise((resolve) => {
    const source = new EventSource("/control/events?replay=true");
    source.onopen = () => told(true);
    source.onerror = () => told(false);
    for (const kind of KINDS) {
      source.addEventListener(kind, (event) => {
        if (kind === "hello") {
          isNew = true;
          resolve();
        }
        const data = JSON.parse(event.data);
        for (const listener of listeners.get(kind) ?? []) listener(data, isNew);
      });
    }
  });
}
