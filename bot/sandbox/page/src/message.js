// One message: who, when, words or card, files, and the way to answer in a thread.

import { fetchAs } from "./api.js";
import { drawCard } from "./card.js";
import { company } from "./company.js";
import { avatar, h, icon, timeOf } from "./dom.js";
import { messageHtml } from "./markdown.js";
import { attempt } from "./toast.js";

/**
 * @param {ChatMessage} message
 * @param {Speaker} person who looks at it
 * @param {(message: ChatMessage) => void} reply
 */
export function drawMessage(message, person, reply) {
  const author = company.nameOf(message.personId);
  const isOwn = message.personId === person.personId;
  const isReply = Boolean(message.parentId);
  return h(
    "li",
    {
      class: `message${isOwn ? " is-own" : ""}${isReply ? " is-reply" : ""}`,
      "data-testid": "message",
      "data-message": message.id,
      "data-author": message.personEmail,
    },
    avatar(author, company.isBot(message.personId)),
    h(
      "article",
      { class: "message-body", "aria-label": `${isOwn ? "You" : author}, ${timeOf(message.created)}` },
      h(
        "header",
        {},
        h("strong", { class: "author" }, isOwn ? "You" : author),
        company.isBot(message.personId) && h("span", { class: "tag" }, "Bot"),
        h("time", { datetime: message.created }, timeOf(message.created)),
        message.updated && h("span", { class: "quiet" }, "edited"),
      ),
      message.attachments ? drawCard(message, person) : words(message),
      message.errors?.attachments && h("p", { class: "quiet" }, "A card was lost on the way: Webex could not read it."),
      ...(message.files ?? []).map((url) => file(url, person)),
    ),
    !isReply && replyButton(message, author, reply),
  );
}

/** @param {ChatMessage} message @param {string} author @param {(message: ChatMessage) => void} reply */
function replyButton(message, author, reply) {
  const label = `Reply to ${author} in a thread`;
  return h(
    "button",
    { type: "button", class: "plain reply-button", "aria-label": label, title: label, onclick: () => reply(message) },
    icon("reply"),
  );
}

/** @param {ChatMessage} message */
function words(message) {
  if (!message.markdown) return message.text ? h("p", { class: "words is-plain" }, message.text) : null;
  const shown = h("div", { class: "words" });
  shown.innerHTML = messageHtml(message.markdown, { find: (kind, value) => mentioned(message, kind, value) });
  return shown;
}

/**
 * Only those whom Webex noted as mentioned come alive.
 * @param {ChatMessage} message
 * @param {string} kind
 * @param {string} value
 */
function mentioned(message, kind, value) {
  const found = [...company.people.values()].find((one) => (kind === "personId" ? one.id : one.email) === value);
  return found && message.mentionedPeople?.includes(found.id) ? found.displayName : null;
}

/**
 * A file that is fetched as this person when it is wanted; its name and size are asked for at once.
 * @param {string} url
 * @param {Speaker} person
 */
function file(url, person) {
  const path = new URL(url).pathname.replace(/^\/v1\//, "");
  const name = h("span", { class: "file-name" }, "File");
  const size = h("span", { class: "quiet" });
  const button = h(
    "button",
    { type: "button", class: "file", "data-testid": "file", onclick: () => void attempt(() => download(path, person)) },
    icon("file"),
    h("span", { class: "file-words" }, name, size),
    icon("download"),
  );
  void describe(path, person, name, size);
  return button;
}

/** @param {string} path @param {Speaker} person @param {HTMLElement} name @param {HTMLElement} size */
async function describe(path, person, name, size) {
  try {
    const answer = await fetchAs(person, "HEAD", path);
    name.textContent = nameIn(answer);
    size.textContent = readable(Number(answer.headers.get("Content-Length")));
  } catch {
    size.textContent = "not available";
  }
}

/** @param {string} path @param {Speaker} person */
async function download(path, person) {
  const answer = await fetchAs(person, "GET", path);
  const address = URL.createObjectURL(await answer.blob());
  h("a", { href: address, download: nameIn(answer) }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** @param {Response} answer */
function nameIn(answer) {
  const told = answer.headers.get("Content-Disposition") ?? "";
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(told)?.[1];
  return encoded ? decodeURIComponent(encoded) : (/filename="?([^";]+)"?/i.exec(told)?.[1] ?? "File");
}

/** @param {number} bytes */
export function readable(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
