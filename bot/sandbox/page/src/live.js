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
/** @type {{ kind: string, data: string }[]} what happened before, until all of it is there; not what a reset undid */
let before = [];

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

/** @param {string} kind @param {any} data */
function tell(kind, data) {
  for (const listener of listeners.get(kind) ?? []) listener(data, isNew);
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
      source.addEventListener(kind, ({ data }) => {
        if (isNew) return tell(kind, JSON.parse(data));
        if (kind === "reset") before = [];
        if (kind !== "hello") return before.push({ kind, data });
        for (const one of before) tell(one.kind, JSON.parse(one.data));
        before = [];
        isNew = true;
        return resolve();
      });
    }
  });
}
