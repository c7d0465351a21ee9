// Typing @ offers the people of the space; what was chosen becomes a mention when the message is sent.

import { callAs } from "./api.js";
import { company } from "./company.js";
import { avatar, freshId, h } from "./dom.js";

const TYPED = /(^|\s)@([\p{L}\p{N} .'-]{0,30})$/u;
const MOST = 6;

/**
 * @param {HTMLTextAreaElement} input
 * @param {import("./inbox.js").Inbox} inbox
 */
export function offerMentions(input, inbox) {
  const id = freshId("mentions");
  const list = h("ul", { id, role: "listbox", class: "mention-list", "aria-label": "People to mention", hidden: true });
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", id);
  /** @type {Map<string, string>} name to person id, of those chosen for this message */
  const chosen = new Map();
  /** @type {Member[]} */
  let offered = [];
  let at = 0;
  let members = /** @type {{ roomId: string, items: Member[] }} */ ({ roomId: "", items: [] });

  const close = () => {
    list.hidden = true;
    offered = [];
    input.removeAttribute("aria-activedescendant");
  };
  const draw = () => {
    list.hidden = offered.length === 0;
    list.replaceChildren(
      ...offered.map((member, index) =>
        h(
          "li",
          {
            role: "option",
            id: `${id}-${index}`,
            "aria-selected": String(index === at),
            onmousedown: (/** @type {Event} */ event) => {
              event.preventDefault();
              choose(member);
            },
          },
          avatar(member.personDisplayName, company.isBot(member.personId)),
          member.personDisplayName,
        ),
      ),
    );
    if (offered.length) input.setAttribute("aria-activedescendant", `${id}-${at}`);
    else close();
  };
  /** @param {Member} member */
  const choose = (member) => {
    const name = member.personDisplayName;
    const end = input.selectionStart;
    const before = input.value.slice(0, end).replace(TYPED, (_whole, gap) => `${gap}@${name} `);
    input.value = before + input.value.slice(end);
    input.setSelectionRange(before.length, before.length);
    chosen.set(name, member.personId);
    close();
  };
  const look = async () => {
    const typed = TYPED.exec(input.value.slice(0, input.selectionStart))?.[2];
    const roomId = inbox.open?.id ?? "";
    if (typed === undefined || !roomId) return close();
    if (members.roomId !== roomId) {
      const answer = await callAs(inbox.person, "GET", `memberships?roomId=${roomId}`).catch(() => ({ items: [] }));
      members = { roomId, items: answer.items };
    }
    const wanted = typed.toLowerCase();
    const others = members.items.filter((one) => one.personId !== inbox.person.personId);
    offered = others.filter((one) => one.personDisplayName.toLowerCase().startsWith(wanted)).slice(0, MOST);
    at = 0;
    return draw();
  };
  input.addEventListener("input", () => void look());
  input.addEventListener("blur", close);

  return {
    list,
    /** Tells whether the key was for the list. @param {KeyboardEvent} event */
    takes(event) {
      const member = offered[at];
      if (!member) return false;
      if (event.key === "ArrowDown") at = (at + 1) % offered.length;
      else if (event.key === "ArrowUp") at = (at + offered.length - 1) % offered.length;
      else if (event.key === "Enter" || event.key === "Tab") choose(member);
      else if (event.key === "Escape") close();
      else return false;
      event.preventDefault();
      if (!list.hidden) draw();
      return true;
    },
    /** The draft as Webex's markdown if it mentions somebody who was chosen, else null. @param {string} draft */
    asMarkdown(draft) {
      let text = draft;
      for (const [name, personId] of chosen) text = text.replaceAll(`@${name}`, `<@personId:${personId}|${name}>`);
      chosen.clear();
      return text === draft ? null : text;
    },
  };
}
