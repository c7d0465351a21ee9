// The way of each request, read from what happens at the API alone: nothing here knows the bot or its database.

import { CLIENT } from "./api.js";
import { company } from "./company.js";
import { on } from "./live.js";

/** @typedef {"asked" | "card" | "decided" | "patch" | "readback" | "receipt"} Stage */
/** @typedef {{ stage: Stage, at: string, words: string, isBad: boolean }} Step */
/** @typedef {{ id: string, operation: string }} Operation */
/**
 * @typedef {object} Journey
 * @property {number} number
 * @property {string} requesterId
 * @property {string} title
 * @property {Step[]} steps
 * @property {string} overAt when it was decided against, withdrawn, or receipted; empty until then
 * @property {string} personId whose licenses were patched for it
 * @property {Operation[]} wanted what was patched
 */

/** @type {Record<Stage, string>} */
export const STAGES = {
  asked: "Asked",
  card: "Card at the approver",
  decided: "Decided",
  patch: "PATCH /licenses/users",
  readback: "Read back",
  receipt: "Receipt",
};
const NUMBER = /#(\d+)\b/;
const TYPED = /^\s*(approve|deny|cancel)\s+#?(\d+)\b/i;

class Journeys extends EventTarget {
  /** @type {Map<number, Journey>} */
  all = new Map();

  clear() {
    this.all.clear();
    this.changed();
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }

  /** @param {number} number @returns {Journey} */
  of(number) {
    const known = this.all.get(number);
    if (known) return known;
    const journey = { number, requesterId: "", title: "", steps: [], overAt: "", personId: "", wanted: [] };
    this.all.set(number, journey);
    return journey;
  }

  /**
   * The one that a call of the bot belongs to: approved, not over, the oldest that has not come so far yet; else one
   * that came to nothing and is tried again.
   * @param {string} personId
   * @param {Operation[]} operations
   */
  underway(personId, operations) {
    const all = [...this.all.values()];
    const those = all.filter((one) => !one.overAt && has(one, "decided"));
    const wants = (/** @type {Journey} */ one) => operations.every(({ id }) => one.wanted.some((two) => two.id === id));
    const isFailed = (/** @type {Journey} */ one) => one.overAt && !has(one, "readback");
    return (
      those.find((one) => one.personId === personId) ??
      those.find((one) => !one.personId) ??
      all.findLast((one) => isFailed(one) && one.personId === personId && wants(one)) ??
      null
    );
  }
}

export const journeys = new Journeys();

/** @param {Journey} journey @param {Stage} stage */
export function has(journey, stage) {
  return journey.steps.some((step) => step.stage === stage && !step.isBad);
}

/** @param {Journey} journey @param {Stage} stage @param {string} at @param {string} words @param {boolean} [isBad] */
function step(journey, stage, at, words, isBad = false) {
  journey.steps.push({ stage, at, words, isBad });
  journeys.changed();
}

/** @type {Map<string, string>} by space: when a person last wrote or pressed something there */
const heard = new Map();

on("reset", () => {
  heard.clear();
  journeys.clear();
});

on("message", ({ event, message, members }) => {
  if (event !== "created") return;
  if (!company.isBot(message.personId)) typed(message);
  else if (message.personId === company.bot?.personId) spoken(message, members);
});

/** @param {ChatMessage} message of a person */
function typed(message) {
  heard.set(message.roomId, message.created);
  const [, verb = "", digits = ""] = TYPED.exec(message.text ?? "") ?? [];
  const journey = journeys.all.get(Number(digits));
  if (journey) decide(journey, verb.toLowerCase(), message.personId, message.created);
}

on("press", ({ inputs, personId, roomId, created }) => {
  heard.set(roomId, created);
  const journey = journeys.all.get(Number(inputs.request));
  if (journey && ["approve", "deny", "cancel"].includes(String(inputs.do))) {
    decide(journey, String(inputs.do), personId, created);
  }
});

/**
 * What somebody wanted; whether they may is for the bot to say.
 * @param {Journey} journey
 * @param {string} verb
 * @param {string} personId
 * @param {string} at
 */
function decide(journey, verb, personId, at) {
  if (journey.overAt) return;
  /** @type {Record<string, string>} */
  const words = { approve: "said yes", deny: "said no", cancel: "canceled it" };
  step(journey, "decided", at, `${company.nameOf(personId)} ${words[verb]}`, verb !== "approve");
}

/** @param {ChatMessage} message of the bot @param {string[]} members */
function spoken(message, members) {
  const [head = ""] = (message.text ?? "").split("\n", 1);
  const number = Number(NUMBER.exec(head)?.[1]);
  if (!number) return;
  const journey = journeys.of(number);
  const reader = message.roomType === "direct" ? (members.find((id) => id !== message.personId) ?? "") : "";
  const where = reader ? `to ${company.nameOf(reader)}` : "in a space";
  if (journey.overAt && (heard.get(message.roomId) ?? "") > journey.overAt) return; // an answer to what was asked since
  if (asksFor(message, number)) {
    step(journey, "card", message.created, where);
  } else if (!has(journey, "asked")) {
    journey.requesterId = reader;
    journey.title = /^\s*-\s*[^:]+:\s*(.+)$/m.exec(message.text ?? "")?.[1] ?? "";
    step(journey, "asked", message.created, `by ${company.nameOf(reader)}`);
  } else if (journey.steps.some(({ stage, isBad }) => stage === "patch" || (stage === "decided" && isBad))) {
    journey.overAt ||= message.created;
    step(journey, "receipt", message.created, `${where}: ${head.replace(/^.*#\d+:?\s*/, "")}`);
  }
}

/** Whether the card offers to approve this very request. @param {ChatMessage} message @param {number} number */
function asksFor(message, number) {
  const text = JSON.stringify(message.attachments ?? []);
  return new RegExp(`"do":"approve","request":${number}\\b|"request":${number},"do":"approve"`).test(text);
}

on("call", (call) => {
  if (call.trackingId.startsWith(CLIENT)) return;
  if (call.method === "PATCH" && call.path === "/v1/licenses/users") patched(call);
  else if (call.method === "GET" && call.path.startsWith("/v1/people/")) readBack(call);
});

/** @param {CallNews} call */
function patched(call) {
  const body = /** @type {{ personId?: string, licenses?: Operation[] }} */ (call.request ?? {});
  const { personId = "", licenses = [] } = body;
  const journey = journeys.underway(personId, licenses);
  if (!journey) return;
  journey.overAt = "";
  journey.personId = personId;
  journey.wanted = licenses;
  const what = licenses.map((one) => `${one.operation} ${company.licenseName(one.id)}`).join(", ");
  const wait = call.retryAfter ? `, Retry-After ${call.retryAfter}` : "";
  const weather = call.weather.length ? ", by the weather" : "";
  const isBad = call.status < 200 || call.status > 299;
  step(journey, "patch", call.at, `${call.status || "no answer"}${wait}${weather}: ${what}`, isBad);
}

/** @param {CallNews} call */
function readBack(call) {
  const personId = call.path.split("/")[3] ?? "";
  const journey = [...journeys.all.values()].find((one) => one.personId === personId && !one.overAt);
  if (!journey || !journey.steps.some((one) => one.stage === "patch")) return;
  const held = /** @type {{ licenses?: string[] }} */ (call.response ?? {}).licenses;
  const isThere = journey.wanted.every((one) => held?.includes(one.id) === (one.operation !== "remove"));
  const words = held ? (isThere ? "it is as it was wanted" : "not there") : `answered ${call.status || "nothing"}`;
  step(journey, "readback", call.at, words, !held || !isThere);
}
