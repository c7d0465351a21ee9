// The panel's weather tab: what may go wrong at Webex, made to go wrong on purpose.

import { control } from "./api.js";
import { company } from "./company.js";
import { freshId, h } from "./dom.js";
import { drawClock } from "./panel-clock.js";
import { drawRefusals, saidBy } from "./panel-refusals.js";
import { attempt } from "./toast.js";

const PATCH = { method: "PATCH", path: "/licenses/users" };
/** @type {[string, WeatherOrder][]} */
const CALLS = [
  ["License PATCH answers 503 twice", { ...PATCH, status: 503, times: 2 }],
  ["429 with Retry-After 20", { ...PATCH, status: 429, headers: { "Retry-After": "20" } }],
  ["429 with malformed Retry-After", { ...PATCH, status: 429, headers: { "Retry-After": "soon" } }],
  ["Answer lost after the effect", { ...PATCH, lost: true }],
  ["200 that was not applied", { ...PATCH, unapplied: true }],
  ["License PATCH takes 5 seconds", { ...PATCH, delay: 5 }],
  ["Next three cards lost", { method: "POST", path: "/messages", cards_lost: true, times: 3 }],
];
/** @type {[string, WeatherOrder][]} */
const HOOKS = [
  ["Doubled", { webhooks: "double", times: 5 }],
  ["Delayed by 5 s", { webhooks: "delay", seconds: 5, times: 5 }],
  ["Reordered", { webhooks: "reorder", times: 1 }],
  ["Dropped", { webhooks: "drop", times: 1 }],
  ["Tampered with", { webhooks: "tamper", times: 1 }],
  ["Unsigned", { webhooks: "unsigned", times: 1 }],
];

/** Statuses that Webex documents, and what they are called. */
const STATUSES = Object.entries({
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  410: "Gone",
  415: "Unsupported Media Type",
  423: "Locked",
  428: "Precondition Required",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
});

/** @param {WeatherOrder} order */
const set = (order) => attempt(() => control("POST", "weather", order));

export function drawWeather() {
  const list = h("ul", { class: "weather-list", "data-testid": "weather-list" });
  const draw = () => {
    const none = h("li", { class: "quiet" }, "Fair: nothing goes wrong.");
    list.replaceChildren(
      ...(company.weather.length ? company.weather.map((order) => h("li", {}, inWords(order))) : [none]),
    );
  };
  company.addEventListener("change", draw);
  draw();
  const clear = h(
    "button",
    { type: "button", class: "pill", onclick: () => void attempt(() => control("DELETE", "weather")) },
    "Clear the weather",
  );
  return h(
    "div",
    { class: "weather" },
    h("h3", {}, "Now"),
    list,
    clear,
    group("Calls of the bot", CALLS),
    drawRefusals(),
    group("Webhooks to the bot", HOOKS),
    h("h3", {}, "Anything else"),
    form(),
    drawClock(),
  );
}

/** @param {string} title @param {[string, WeatherOrder][]} presets */
function group(title, presets) {
  const id = freshId("weather");
  const buttons = presets.map(([words, order]) =>
    h("button", { type: "button", class: "pill", onclick: () => void set(order) }, words),
  );
  return h(
    "div",
    { role: "group", "aria-labelledby": id },
    h("h3", { id }, title),
    h("div", { class: "pills" }, ...buttons),
  );
}

function form() {
  const method = h(
    "select",
    {},
    ...["*", "GET", "POST", "PUT", "PATCH", "DELETE"].map((one) => h("option", { value: one }, one)),
  );
  method.value = PATCH.method;
  const path = h("input", { type: "text", value: PATCH.path, required: true });
  const list = freshId("statuses");
  const known = h("datalist", { id: list }, ...STATUSES.map(([value, label]) => h("option", { value, label })));
  const status = h("input", { list, type: "number", min: "100", max: "599", value: "500", required: true });
  const times = h("input", { type: "number", min: "1", max: "1000", value: "1", required: true });
  const made = h(
    "form",
    { class: "weather-form", "data-testid": "weather-form" },
    labeled("Method", method),
    labeled("Path, * for one part", path),
    labeled("Status", status),
    known,
    labeled("Times", times),
    h("button", { type: "submit", class: "pill" }, "Make it so"),
  );
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    void set({ method: method.value, path: path.value, status: status.valueAsNumber, times: times.valueAsNumber });
  });
  return made;
}

/** @param {string} words @param {HTMLElement} field */
function labeled(words, field) {
  return h("label", {}, h("span", {}, words), field);
}

/** @param {WeatherOrder} order */
function inWords(order) {
  const { left, times: _times, headers, body, method = "*", path, webhooks, every, ...effects } = order;
  const what = webhooks ? [`webhooks: ${webhooks}`] : [`${method} ${path ?? "everything"}`];
  for (const [name, value] of Object.entries(effects))
    what.push(value === true ? name.replace("_", " ") : `${name} ${value}`);
  if (body) what.push(saidBy(body));
  else for (const [name, value] of Object.entries(headers ?? {})) what.push(`${name}: ${value}`);
  what.push(every ? `every ${every}th` : `${left} to come`);
  return what.join(" · ");
}
