// The messages of the open space, oldest first, replies under what they answer; stays at the end while one is there.

import { company } from "./company.js";
import { h, reconcile } from "./dom.js";
import { drawMessage } from "./message.js";
import { attempt } from "./toast.js";
import { drawWelcome } from "./welcome.js";

const NEAR = 80;
/** Messages of one author within this time stand under one head, cards excepted. */
const TOGETHER = 3 * 60 * 1000;
/** A deleted card stays, faded, until its successor has come or this time is over: nothing jumps. */
const FADING = 400;

/**
 * @param {import("./inbox.js").Inbox} inbox
 * @param {{ reply: (message: ChatMessage) => void, say: (text: string) => void }} acts
 */
export function drawConversation(inbox, acts) {
  const list = h("ol", { class: "messages", "data-testid": "messages" });
  const newer = h("button", { type: "button", class: "newer", hidden: true }, "New messages ↓");
  const label = `Conversation of ${inbox.person.displayName}`;
  const pane = h("div", { class: "conversation", tabindex: "0", role: "region", "aria-label": label }, list);
  /** @type {Map<string, { message: ChatMessage, element: HTMLElement }>} */
  let drawn = new Map();
  /** @type {import("./inbox.js").Space | null} */
  let shown = null;

  const toEnd = () => {
    pane.scrollTop = pane.scrollHeight;
    newer.hidden = true;
  };
  const isAtEnd = () => pane.scrollHeight - pane.scrollTop - pane.clientHeight < NEAR;

  /** @param {ChatMessage} message */
  const elementOf = (message) => {
    const known = drawn.get(message.id);
    if (known && known.message.updated === message.updated) return known.element;
    const element = drawMessage(message, inbox.person, acts.reply);
    drawn.set(message.id, { message, element });
    return element;
  };

  const draw = () => {
    const space = inbox.open;
    if (!space) return;
    const isOther = shown !== space;
    if (isOther) drawn = new Map();
    shown = space;
    const wasAtEnd = isOther || isAtEnd();
    const before = list.childElementCount;
    const ordered = inThreads([...(space.messages?.values() ?? [])]);
    const elements = ordered.map(elementOf);
    joinHeads(ordered, elements);
    const hadFocus = list.contains(document.activeElement);
    reconcile(list, [...beginning(space, ordered.length), ...elements, ...fading(ordered)].sort(byPlace));
    const focused = document.activeElement;
    if (hadFocus && (!list.contains(focused) || focused?.closest("[inert]"))) pane.focus({ preventScroll: true });
    const isOwn = ordered.at(-1)?.personId === inbox.person.personId;
    if (wasAtEnd || (isOwn && list.childElementCount > before)) toEnd();
    else if (list.childElementCount > before) newer.hidden = false;
  };

  /** What was just deleted, for a moment. @param {ChatMessage[]} ordered */
  const fading = (ordered) => {
    const here = new Set(ordered.map((message) => message.id));
    const left = [];
    for (const [id, { element }] of drawn) {
      if (here.has(id)) continue;
      if (!element.inert) {
        element.inert = true;
        setTimeout(() => {
          drawn.delete(id);
          draw();
        }, FADING);
      }
      left.push(element);
    }
    return left;
  };

  /** Keeps what fades where it was. @param {Element} one @param {Element} other */
  const byPlace = (one, other) => {
    if (!(one instanceof HTMLElement && one.inert) && !(other instanceof HTMLElement && other.inert)) return 0;
    return createdOf(one).localeCompare(createdOf(other));
  };
  /** @param {Element} element */
  const createdOf = (element) => drawn.get(element.getAttribute("data-message") ?? "")?.message.created ?? "";

  const earlier = h(
    "li",
    { class: "earlier" },
    h("button", { type: "button", class: "pill", onclick: () => void read() }, "Earlier messages"),
  );
  /** What one looked at stays where it was. */
  const read = async () => {
    const fromEnd = pane.scrollHeight - pane.scrollTop;
    await attempt(() => inbox.readEarlier());
    pane.scrollTop = pane.scrollHeight - fromEnd;
  };

  /** @type {Element | null} */
  let welcome = null;
  let wasListening = false;
  /** @param {import("./inbox.js").Space} space @param {number} count */
  const beginning = (space, count) => {
    if (space !== inbox.desk || count > 0) {
      welcome = null;
      return space.hasEarlier ? [earlier] : [];
    }
    if (!welcome || wasListening !== company.isBotListening) welcome = drawWelcome(inbox.person, acts.say);
    wasListening = company.isBotListening;
    return [welcome];
  };

  inbox.addEventListener("change", draw);
  company.addEventListener("change", () => welcome && draw(), { signal: inbox.closing.signal });
  pane.addEventListener("scroll", () => {
    if (isAtEnd()) newer.hidden = true;
  });
  newer.addEventListener("click", toEnd);
  new ResizeObserver(() => {
    if (newer.hidden) toEnd();
  }).observe(pane);
  return { element: h("div", { class: "conversation-frame" }, pane, newer), toEnd };
}

/**
 * Top-level messages by time, each with its replies behind it. A reply to what is gone stands alone.
 * @param {ChatMessage[]} messages
 */
function inThreads(messages) {
  const byTime = messages.toSorted((one, other) => one.created.localeCompare(other.created));
  const ids = new Set(byTime.map((message) => message.id));
  const isTop = (/** @type {ChatMessage} */ one) => !one.parentId || !ids.has(one.parentId);
  return byTime.filter(isTop).flatMap((top) => [top, ...byTime.filter((one) => one.parentId === top.id)]);
}

/** @param {ChatMessage[]} ordered @param {HTMLElement[]} elements */
function joinHeads(ordered, elements) {
  ordered.forEach((message, at) => {
    const before = ordered[at - 1];
    const isContinued =
      before?.personId === message.personId &&
      before.parentId === message.parentId &&
      !message.attachments &&
      Date.parse(message.created) - Date.parse(before.created) < TOGETHER;
    elements[at]?.classList.toggle("is-continued", isContinued);
  });
}
