// Where one writes: Enter sends, Shift+Enter begins a line, Escape leaves the thread or drops the file.

import { company } from "./company.js";
import { h, icon } from "./dom.js";
import { offerMentions } from "./mentions.js";
import { readable } from "./message.js";
import { attempt } from "./toast.js";

const FORMATTED = /\*\*|`|\]\(|^\s*([-*>]|\d+\.|#{1,3}) /m;

/** @param {import("./inbox.js").Inbox} inbox */
export function drawComposer(inbox) {
  const input = h("textarea", { rows: "1", class: "draft", enterkeyhint: "send", "data-testid": "draft" });
  const picker = h("input", { type: "file", class: "visually-hidden", tabindex: "-1", "aria-label": "File to send" });
  const attach = h("button", { type: "button", class: "plain", "aria-label": "Attach a file" }, icon("attach"));
  const send = h("button", { type: "submit", class: "send", "aria-label": "Send" }, icon("send"));
  const context = h("div", { class: "composer-context" });
  const mentions = offerMentions(input, inbox);
  const form = h(
    "form",
    { class: "composer", "data-testid": "composer" },
    context,
    mentions.list,
    h("div", { class: "composer-line" }, attach, picker, input, send),
  );
  /** @type {ChatMessage | null} */
  let parent = null;

  const grow = () => {
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight + 2, 160)}px`;
  };
  const drop = () => {
    parent = null;
    picker.value = "";
    drawContext();
    input.focus();
  };
  const drawContext = () => {
    const file = picker.files?.[0];
    const words = [
      parent && `In a thread: ${(parent.text ?? "card").split("\n", 1)[0]}`,
      file && `${file.name}, ${readable(file.size)}`,
    ].filter(Boolean);
    const cancel = h(
      "button",
      { type: "button", class: "plain", "aria-label": "Cancel", onclick: drop },
      icon("close"),
    );
    context.replaceChildren(...(words.length ? [h("span", {}, words.join(" · ")), cancel] : []));
  };
  const drawPlace = () => {
    const { title, type, hasBot } = inbox.open ?? inbox.desk;
    const needsMention = type === "group" && hasBot;
    input.setAttribute("aria-label", `Message to ${title}`);
    input.placeholder = needsMention ? `Write, or @${company.bot?.displayName}` : `Write to ${title}`;
  };

  /** @param {string} draft */
  const say = async (draft) => {
    const text = draft.trim();
    const file = picker.files?.[0];
    if (!text && !file) return;
    const markdown = mentions.asMarkdown(text) ?? (FORMATTED.test(text) ? text : null);
    const words = markdown ? { markdown } : text ? { text } : {};
    const thread = parent ? { parentId: parent.parentId ?? parent.id } : {};
    if (input.value.trim() === text) input.value = "";
    const went = await attempt(() => inbox.post({ ...words, ...thread, ...(file ? { file } : {}) }));
    if (!went && !input.value) input.value = draft;
    if (went) {
      parent = null;
      picker.value = "";
      drawContext();
    }
    grow();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void say(input.value);
    input.focus();
  });
  input.addEventListener("input", grow);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || mentions.takes(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void say(input.value);
    }
    if (event.key === "Escape" && context.childElementCount) {
      event.stopPropagation();
      drop();
    }
  });
  attach.addEventListener("click", () => picker.click());
  picker.addEventListener("change", () => {
    drawContext();
    input.focus();
  });
  inbox.addEventListener("change", drawPlace);
  drawPlace();

  return {
    element: form,
    say,
    focus: () => input.focus(),
    /** @param {ChatMessage} message */
    reply(message) {
      parent = message;
      drawContext();
      input.focus();
    },
  };
}
