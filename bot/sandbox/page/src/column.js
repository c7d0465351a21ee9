// One person at the page: who it is, their spaces, the open conversation. Narrow columns show one of the two at a time.

import { company } from "./company.js";
import { drawComposer } from "./composer.js";
import { drawConversation } from "./conversation.js";
import { avatar, freshId, h, icon } from "./dom.js";
import { Inbox } from "./inbox.js";
import { drawSpaces } from "./spaces.js";
import { attempt } from "./toast.js";

/** From this width a column shows the spaces beside the conversation; chat.css says the same. */
const BOTH = 680;

/**
 * @param {Speaker} person
 * @param {{ become: (person: Speaker) => void, remove: () => void, isShown: () => boolean }} acts
 */
export function openColumn(person, acts) {
  const inbox = new Inbox(person);
  const isOpen = () => element.dataset.view === "conversation" || element.clientWidth >= BOTH;
  inbox.isWatched = () => acts.isShown() && isOpen() && !document.hidden;
  const composer = drawComposer(inbox);
  const conversation = drawConversation(inbox, { reply: composer.reply, say: (text) => void composer.say(text) });
  const title = h("h2", { class: "space-head-title" }, inbox.desk.title);
  const unread = h("span", { class: "badge", hidden: true });
  const back = h(
    "button",
    { type: "button", class: "plain back", "aria-label": "All spaces", onclick: () => showSpaces() },
    icon("back"),
    unread,
  );
  const spaces = drawSpaces(inbox, (space) => {
    void attempt(() => inbox.enter(space));
    element.dataset.view = "conversation";
    conversation.toEnd();
    composer.focus();
  });
  const element = h(
    "section",
    {
      class: "column",
      "aria-label": person.displayName,
      "data-testid": `column-${slug(person)}`,
      "data-view": "conversation",
    },
    head(person, acts),
    h(
      "div",
      { class: "column-body" },
      spaces,
      h(
        "div",
        { class: "chat" },
        h("div", { class: "space-head" }, back, title),
        conversation.element,
        composer.element,
      ),
    ),
  );

  const showSpaces = () => {
    element.dataset.view = "spaces";
    const current = spaces.querySelector("[aria-current]");
    if (current instanceof HTMLElement) current.focus();
  };
  new ResizeObserver(() => {
    if (inbox.isWatched()) inbox.markRead();
  }).observe(element);
  inbox.addEventListener("change", () => {
    title.textContent = (inbox.open ?? inbox.desk).title;
    const others = inbox.unread - (inbox.open?.unread ?? 0);
    unread.hidden = others === 0;
    unread.textContent = String(others);
  });
  const load = () =>
    attempt(async () => {
      await inbox.load();
      await inbox.enter(inbox.desk);
    });
  const loaded = load();
  return { element, inbox, loaded, toEnd: conversation.toEnd, focus: composer.focus };
}

/**
 * @param {Speaker} person
 * @param {{ become: (person: Speaker) => void, remove: () => void }} acts
 */
function head(person, acts) {
  const id = freshId("who");
  const select = h(
    "select",
    {
      id,
      "data-testid": "who",
      onchange: () => {
        const chosen = company.humans.find((one) => one.personId === select.value);
        if (chosen) acts.become(chosen);
      },
    },
    ...company.humans.map((one) => h("option", { value: one.personId }, `${one.displayName}, ${roleOf(one)}`)),
  );
  select.value = person.personId;
  return h(
    "header",
    { class: "column-head" },
    avatar(person.displayName),
    h("label", { for: id, class: "visually-hidden" }, "You are"),
    select,
    h(
      "button",
      { type: "button", class: "plain remove", "aria-label": `Close ${person.displayName}`, onclick: acts.remove },
      icon("close"),
    ),
  );
}

/** In a word, what somebody is in the story of a license. @param {Speaker} person */
export function roleOf(person) {
  if (company.isAdmin(person)) return "admin";
  const word = slug(person);
  return (
    { director: "director", external: "partner" }[word] ?? (company.reportsOf(person).length ? "manager" : "employee")
  );
}

/** @param {Speaker} person */
export function slug(person) {
  return person.token.replace(/^sandbox-/, "");
}
