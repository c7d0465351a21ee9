// The first screen of a conversation with the bot: who you are, what to do, and first messages to press.

import { company } from "./company.js";
import { avatar, h } from "./dom.js";

/**
 * @param {Speaker} person
 * @param {(text: string) => void} say
 */
export function drawWelcome(person, say) {
  const { who, hint, first } = introduction(person);
  const name = company.bot?.displayName ?? "the bot";
  return h(
    "li",
    { class: "welcome", "data-testid": "welcome" },
    avatar(person.displayName),
    h("h3", {}, `You are ${person.displayName}.`),
    h("p", { class: "quiet" }, who),
    h("p", {}, ...hint(name)),
    h(
      "div",
      { class: "chips", role: "group", "aria-label": "Suggested messages" },
      ...first.map((text) => h("button", { type: "button", class: "chip", onclick: () => say(text) }, text)),
    ),
    !company.isBotListening &&
      h("p", { class: "quiet" }, `${name} is not listening yet: start it with `, h("code", {}, "make demo"), "."),
  );
}

/**
 * @param {Speaker} person
 * @returns {{ who: string, hint: (name: string) => import("./dom.js").Child[], first: string[] }}
 */
function introduction(person) {
  const reports = company.reportsOf(person).filter((one) => company.speakers.some((two) => two.personId === one.id));
  if (company.isAdmin(person)) {
    return {
      who: "You run Webex here.",
      hint: (name) => [
        `Ask ${name} anything about requests and licenses: write `,
        h("code", {}, "pending"),
        ", or press",
      ],
      first: ["pending", "licenses", "help"],
    };
  }
  const boss = person.managerId ? company.nameOf(person.managerId) : "";
  const whom = reports.map((one) => one.displayName.split(" ")[0]).join(" and ");
  if (reports.length > 0) {
    return {
      who: `${whom}'s manager${boss ? `, reporting to ${boss}` : ""}.`,
      hint: (name) => [`When ${whom} asks for a license, ${name} brings you a card to decide. You can also press`],
      first: ["help", "request"],
    };
  }
  return {
    who: boss ? `Your manager is ${boss}.` : "You have no manager here.",
    hint: (name) => ["Need a license? Write ", h("code", {}, "request"), ` to ${name}, or press`],
    first: ["request", "request messaging because I start on Monday", "help"],
  };
}
