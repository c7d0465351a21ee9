// Building elements. Text goes in as text nodes, never as HTML.

/** @typedef {Node | string | null | undefined | false} Child */

/**
 * Make an element. Properties that begin with `on` are listeners, all others attributes; true and false switch them.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, unknown>} [properties]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    } else if (name === "value") {
      /** @type {HTMLInputElement} */ (/** @type {unknown} */ (element)).value = String(value);
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, String(value));
    }
  }
  element.append(...children.filter(isShown));
  return element;
}

/**
 * @param {Child} child
 * @returns {child is Node | string}
 */
function isShown(child) {
  return child !== null && child !== undefined && child !== false;
}

/** @param {string} name of a symbol in icons.svg */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `/page/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/**
 * Make the children of `parent` exactly these, moving only what is out of place: focus and typed text survive.
 * @param {Element} parent
 * @param {Element[]} wanted
 */
export function reconcile(parent, wanted) {
  const keep = new Set(wanted);
  for (const child of [...parent.children]) {
    if (!keep.has(child)) child.remove();
  }
  wanted.forEach((child, at) => {
    const there = parent.children[at] ?? null;
    if (there !== child) parent.insertBefore(child, there);
  });
}

let count = 0;

/** @param {string} stem */
export function freshId(stem) {
  count += 1;
  return `${stem}-${count}`;
}

/** Made once: to make one costs more than to use it a thousand times. */
const clock = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit" });

/** @param {string} moment as Webex writes it */
export function timeOf(moment) {
  return clock.format(new Date(moment));
}

/** @param {string} name */
export function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  return ((words[0]?.[0] ?? "") + (words.length > 1 ? (words.at(-1)?.[0] ?? "") : "")).toUpperCase();
}

/**
 * A round picture with initials; its color is of the name, so that a person looks the same everywhere.
 * @param {string} name
 * @param {boolean} [isBot]
 */
export function avatar(name, isBot = false) {
  let sum = 0;
  for (const letter of name) sum = (sum * 29 + letter.charCodeAt(0)) % 997;
  const properties = { class: `avatar hue-${sum % 6}${isBot ? " is-bot" : ""}`, "aria-hidden": "true" };
  return h("span", properties, isBot ? icon("bot") : initials(name));
}
