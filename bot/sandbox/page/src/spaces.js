// The list of spaces: whom one talks with, the last line, and a mark at what is unread.

import { company } from "./company.js";
import { avatar, h, reconcile, timeOf } from "./dom.js";

/** @typedef {import("./inbox.js").Space} Space */

/**
 * @param {import("./inbox.js").Inbox} inbox
 * @param {(space: Space) => void} choose
 */
export function drawSpaces(inbox, choose) {
  const list = h("ul", { class: "spaces", "data-testid": "spaces" });
  /** @type {WeakMap<Space, HTMLElement>} made once: what one is about to press, or has the focus, stays */
  const lines = new WeakMap();
  const lineOf = (/** @type {Space} */ space) => {
    const known = lines.get(space) ?? h("li", {}, line(space, choose));
    lines.set(space, known);
    fill(/** @type {HTMLElement} */ (known.firstElementChild), inbox, space);
    return known;
  };
  const draw = () => reconcile(list, inOrder(inbox.spaces).map(lineOf));
  inbox.addEventListener("change", draw);
  return h("nav", { class: "spaces-pane", "aria-label": `Spaces of ${inbox.person.displayName}` }, list);
}

/** The bot first, then what was busy last. @param {Space[]} spaces */
function inOrder([desk, ...others]) {
  const sorted = others.toSorted((one, other) => other.lastActivity.localeCompare(one.lastActivity));
  return desk ? [desk, ...sorted] : sorted;
}

/** @param {Space} space @param {(space: Space) => void} choose */
function line(space, choose) {
  return h("button", { type: "button", class: "space-line", onclick: () => choose(space) });
}

/**
 * @param {HTMLElement} button
 * @param {import("./inbox.js").Inbox} inbox
 * @param {Space} space
 */
function fill(button, inbox, space) {
  if (inbox.open === space) button.setAttribute("aria-current", "true");
  else button.removeAttribute("aria-current");
  const time = space.last && h("time", {}, timeOf(space.last.created));
  button.replaceChildren(
    avatar(space.title, space.type === "direct" && space.hasBot),
    h(
      "span",
      { class: "space-words" },
      h("span", { class: "space-title" }, space.title),
      h("span", { class: "space-last" }, lastLine(inbox, space)),
    ),
    h("span", { class: "space-side" }, time, space.unread > 0 && badge(space.unread)),
  );
}

/**
 * @param {import("./inbox.js").Inbox} inbox
 * @param {Space} space
 */
function lastLine(inbox, { last, type }) {
  if (!last) return type === "direct" ? "Say hello" : "Nothing said yet";
  const words = firstLine(last);
  if (last.personId === inbox.person.personId) return `You: ${words}`;
  return type === "group" ? `${company.nameOf(last.personId)}: ${words}` : words;
}

/** @param {ChatMessage} message */
export function firstLine(message) {
  const words = (message.text ?? "").trim().split("\n", 1)[0];
  return words || (message.files ? "A file" : "A card");
}

/** @param {number} unread */
export function badge(unread) {
  return h("span", { class: "badge" }, `${unread}`, h("span", { class: "visually-hidden" }, " unread"));
}
