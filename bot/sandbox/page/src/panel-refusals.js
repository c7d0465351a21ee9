// Part of the weather tab: what Webex says no with, each of its published refusals to choose from.

import { control } from "./api.js";
import { freshId, h } from "./dom.js";
import { attempt } from "./toast.js";

/** @typedef {{ code: number | null, message: string, description: string }} Refusal as the sandbox lists them */

export function drawRefusals() {
  /** @type {Refusal[]} */
  let refusals = [];
  const id = freshId("refusal");
  const select = h("select", { id, required: true });
  const form = h(
    "form",
    { class: "weather-form" },
    h("h3", {}, h("label", { for: id }, "Refuse the next license change with")),
    select,
    h("button", { type: "submit", class: "pill" }, "Refuse it"),
  );
  const read = async () => {
    refusals = (await control("GET", "refusals")).items;
    select.replaceChildren(...refusals.map((one, at) => h("option", { value: at }, inShort(one))));
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = refusals[Number(select.value)];
    if (chosen) void attempt(() => control("POST", "weather", weatherOf(chosen)));
  });
  void attempt(read);
  return form;
}

/**
 * The code, and the first sentence; what only a real refusal can name is left out.
 * @param {Pick<Refusal, "code" | "description">} refusal
 */
function inShort({ code, description }) {
  const [sentence = ""] = description.split(". ", 1);
  const words = sentence.replace(/[:\s]*\{\w+\}/g, " …").replace(/[.:]$/, "");
  return `${code ?? "No code"}: ${words}`;
}

/**
 * An answer like Webex's own, down to the id that its body and its head share.
 * @param {Refusal} refusal
 * @returns {WeatherOrder}
 */
function weatherOf({ code, message, description }) {
  const trackingId = `NA_${crypto.randomUUID()}`;
  const error = code === null ? { description } : { errorCode: code, description };
  const headers = { trackingid: trackingId };
  const body = { message, errors: [error], trackingId };
  return { method: "PATCH", path: "/licenses/users", status: 400, headers, body };
}

/** In words what a body that was ordered says. @param {unknown} body */
export function saidBy(body) {
  const { errors = [] } = /** @type {{ errors?: { errorCode?: number, description: string }[] }} */ (body);
  return errors.map(({ errorCode = null, description }) => inShort({ code: errorCode, description })).join(", ");
}
