// The list of spaces: whom one talks with, the last line, and a mark at what is unread.

import { company } from "./company.js";
import { avatar, h, timeOf } from "./dom.js";

/** @typedef {import("./inbox.js").Space} Space */

/**
 * @param {import("./inbox.js").Inbox} inbox
 * @param {(space: Space) => void} choose
 */
export function drawSpaces(inbox, choose) {
  const list = h("ul", { class: "spaces", "data-testid": "spaces" });
  const draw = () => {
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.space : undefined;
    const isHere = list.contains(document.activeElement);
    list.replaceChildren(...inOrder(inbox.spaces).map((space) => h("li", {}, line(inbox, space, choose))));
    if (isHere && focused !== undefined) {
      [...list.querySelectorAll("button")].find((button) => button.dataset.space === focused)?.focus();
    }
  };
  inbox.addEventListener("change", draw);
  return h("nav", { class: "spaces-pane", "aria-label": `Spaces of ${inbox.person.displayName}` }, list);
}

/** The bot first, then what was busy last. @param {Space[]} spaces */
function inOrder([desk, ...others]) {
  const sorted = others.toSorted((one, other) => other.lastActivity.localeCompare(one.lastActivity));
  return desk ? [desk, ...sorted] : sorted;
}

/**
 * @param {import("./inbox.js").Inbox} inbox
 * @param {Space} space
 * @param {(space: Space) => void} choose
 */
function line(inbox, space, choose) {
  const count = space.unread > 0 && badge(space.unread);
  return h(
    "button",
    {
      type: "button",
      class: "space-line",
      "data-space": space.id,
      "aria-current": inbox.open === space && "true",
      onclick: () => choose(space),
    },
    avatar(space.title, space.type === "direct" && space.hasBot),
    h(
      "span",
      { class: "space-words" },
      h("span", { class: "space-title" }, space.title),
      h("span", { class: "space-last" }, lastLine(inbox, space)),
    ),
    h("span", { class: "space-side" }, space.last && h("time", {}, timeOf(space.last.created)), count),
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
