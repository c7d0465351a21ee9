// The panel's second tab: calls and webhooks as they happen, with their bodies.

import { CLIENT } from "./api.js";
import { company } from "./company.js";
import { h, timeOf } from "./dom.js";
import { on } from "./live.js";

const KEPT = 300;
const KINDS = {
  all: "Everything",
  bot: "The bot's calls",
  people: "People's calls",
  hooks: "Webhooks",
  bad: "What failed",
};

/**
 * @typedef {object} Line
 * @property {string} text what the filter looks at
 * @property {"bot" | "people" | "hooks"} kind
 * @property {boolean} isBad
 * @property {HTMLElement} element
 */

export function drawTraffic() {
  /** @type {Line[]} */
  let lines = [];
  const kind = h("select", { "aria-label": "Kind", "data-testid": "traffic-kind" });
  kind.append(...Object.entries(KINDS).map(([value, words]) => h("option", { value }, words)));
  const words = h("input", { type: "search", placeholder: "Filter", "aria-label": "Filter calls and webhooks" });
  const list = h("ol", { class: "traffic", "data-testid": "traffic" });

  /** @param {Line} line */
  const isWanted = (line) => {
    const ofKind = kind.value === "all" || kind.value === line.kind || (kind.value === "bad" && line.isBad);
    return ofKind && line.text.includes(words.value.trim().toLowerCase());
  };
  const filter = () => {
    for (const line of lines) line.element.hidden = !isWanted(line);
  };
  /** @param {Line} line */
  const add = (line) => {
    lines.push(line);
    line.element.hidden = !isWanted(line);
    list.prepend(line.element);
    if (lines.length > KEPT) lines.shift()?.element.remove();
  };
  on("call", (call) => add(callLine(call)));
  on("delivery", (delivery) => add(deliveryLine(delivery)));
  on("reset", () => {
    lines = [];
    list.replaceChildren();
  });
  kind.addEventListener("change", filter);
  words.addEventListener("input", filter);
  const clear = h("button", { type: "button", class: "pill" }, "Clear");
  clear.addEventListener("click", () => {
    lines = [];
    list.replaceChildren();
  });
  return h("div", {}, h("div", { class: "panel-line" }, kind, words, clear), list);
}

/** @param {CallNews} call @returns {Line} */
function callLine(call) {
  const path = call.path.replace(/^\/v1\//, "") + (call.query ? `?${call.query}` : "");
  const actor = call.actor ? company.nameOf(call.actor) : "nobody";
  const isBad = call.status < 200 || call.status > 299;
  const isPage = call.trackingId.startsWith(CLIENT);
  const bodies = { request: call.request, response: call.response, trackingId: call.trackingId };
  const element = lineOf({
    head: `${call.method} ${shortened(path)}`,
    status: call.status ? String(call.status) : "no answer",
    note: noteOf(call, isPage ? `${actor}, in this page` : `with ${actor}'s token`),
    isBad,
    bodies: { path, ...bodies },
  });
  return {
    text: `${call.method} ${path} ${call.status} ${actor}`.toLowerCase(),
    kind: isPage ? "people" : "bot",
    isBad,
    element,
  };
}

/** @param {CallNews} call @param {string} who */
function noteOf(call, who) {
  const weather = call.weather.length ? [`weather: ${call.weather.join(", ")}`] : [];
  const wait = call.retryAfter ? [`Retry-After ${call.retryAfter}`] : [];
  return [timeOf(call.at), who, ...wait, ...weather].join(" · ");
}

/** @param {DeliveryNews} delivery @returns {Line} */
function deliveryLine(delivery) {
  const { status } = delivery;
  const isBad = status === null || status < 200 || status > 299;
  const told = status === null ? "dropped" : status === 0 ? "no answer" : String(status);
  const element = lineOf({
    head: `Webhook: ${delivery.event}`,
    status: told,
    note: `to ${delivery.url}${delivery.signed ? "" : ", unsigned"}`,
    isBad,
    bodies: { body: delivery.body },
  });
  return { text: `webhook ${delivery.event} ${told} ${delivery.url}`.toLowerCase(), kind: "hooks", isBad, element };
}

/**
 * A line that opens; its bodies are written when it does.
 * @param {{ head: string, status: string, note: string, isBad: boolean, bodies: Record<string, unknown> }} line
 */
function lineOf({ head, status, note, isBad, bodies }) {
  const details = h(
    "details",
    {},
    h(
      "summary",
      {},
      h("span", { class: "traffic-head" }, head),
      h("span", { class: `status${isBad ? " is-bad" : ""}` }, status),
      h("span", { class: "quiet traffic-note" }, note),
    ),
  );
  details.addEventListener(
    "toggle",
    () => {
      for (const [name, body] of Object.entries(bodies)) {
        if (body === null || body === undefined || body === "") continue;
        const text = typeof body === "string" ? body : JSON.stringify(body, null, 2);
        details.append(h("h3", { class: "quiet" }, name), h("pre", { tabindex: "0", "aria-label": name }, text));
      }
    },
    { once: true },
  );
  return h("li", { class: "traffic-line" }, details);
}

/** Ids are long and look alike: their ends are enough. @param {string} path */
function shortened(path) {
  return path.replace(/Y2lz[\w%-]{20,}/g, (id) => `…${id.slice(-6)}`);
}
