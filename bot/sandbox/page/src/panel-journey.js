// The panel's first tab: each request and how far it is.

import { company } from "./company.js";
import { h, icon, timeOf } from "./dom.js";
import { STAGES, has, journeys } from "./journey.js";

/** @typedef {import("./journey.js").Journey} Journey */
/** @typedef {import("./journey.js").Stage} Stage */

export function drawJourneys() {
  const list = h("div", { class: "journeys", "data-testid": "journeys" });
  const draw = () => {
    const newest = [...journeys.all.values()].toSorted((one, other) => other.number - one.number);
    const none = h(
      "p",
      { class: "quiet" },
      "No request yet. What you see here is read from the calls at the API alone.",
    );
    list.replaceChildren(...(newest.length ? newest.map(journey) : [none]));
  };
  journeys.addEventListener("change", draw);
  draw();
  return list;
}

/** @param {Journey} one */
function journey(one) {
  const label = `Request #${one.number}`;
  return h(
    "article",
    { class: "journey", "aria-label": label, "data-testid": `journey-${one.number}` },
    h("h3", {}, label, one.title ? `: ${one.title}` : "", one.requesterId && ` for ${company.nameOf(one.requesterId)}`),
    h("ol", {}, ...Object.keys(STAGES).map((stage) => line(one, /** @type {Stage} */ (stage)))),
  );
}

/** @param {Journey} one @param {Stage} stage */
function line(one, stage) {
  const steps = one.steps.filter((step) => step.stage === stage);
  const state = stateOf(one, stage);
  return h(
    "li",
    { class: `stage-line is-${state}`, "data-stage": stage, "data-state": state },
    h("span", { class: "stage-mark" }, state === "done" ? icon("check") : state === "bad" ? icon("close") : null),
    h(
      "div",
      {},
      h("span", { class: "stage-name" }, STAGES[stage]),
      h(
        "span",
        { class: "visually-hidden" },
        ` (${{ done: "done", bad: "not so", now: "now", later: "to come", not: "not needed" }[state]})`,
      ),
      ...steps.slice(-4).map((step) => h("p", { class: "quiet" }, `${timeOf(step.at)} ${step.words}`)),
    ),
  );
}

/** @param {Journey} one @param {Stage} stage @returns {"done" | "bad" | "now" | "later" | "not"} */
function stateOf(one, stage) {
  if (has(one, stage)) return "done";
  const isTried = one.steps.some((step) => step.stage === stage);
  if (isTried && (one.overAt || stage === "decided")) return "bad";
  if (one.overAt) return "not";
  const next = Object.keys(STAGES).find((other) => !has(one, /** @type {Stage} */ (other)));
  return stage === next ? "now" : "later"; // a PATCH that went wrong is tried again until the receipt says how it ended
}
