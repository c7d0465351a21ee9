// The side panel: what happens behind the chat, in tabs; a drawer over the chat where there is little room.

import { callAs, control } from "./api.js";
import { company } from "./company.js";
import { h, icon } from "./dom.js";
import { drawLicenses, drawPeople } from "./panel-company.js";
import { drawJourneys } from "./panel-journey.js";
import { drawTraffic } from "./panel-traffic.js";
import { drawWeather } from "./panel-weather.js";
import { attempt, toast } from "./toast.js";

const STORED = "sandbox.panel";
/** @type {[string, string, () => HTMLElement][]} */
const TABS = [
  ["requests", "Requests", drawJourneys],
  ["traffic", "Traffic", drawTraffic],
  ["people", "People", drawPeople],
  ["licenses", "Licenses", drawLicenses],
  ["weather", "Weather", drawWeather],
];

export function setUpPanel() {
  const panel = /** @type {HTMLElement} */ (document.getElementById("panel"));
  const toggle = /** @type {HTMLButtonElement} */ (document.getElementById("panel-toggle"));
  const close = h("button", { type: "button", class: "plain", "aria-label": "Close the panel" }, icon("close"));
  const reset = h("button", { type: "button", class: "pill" }, "Start over");
  const { tabs, panes, choose } = drawTabs();
  panel.append(
    h("header", { class: "panel-head" }, h("h2", {}, "Behind the scenes"), reset, close),
    tabs,
    h("div", { class: "panel-body" }, ...panes),
  );

  /** @param {boolean} isOpen */
  const set = (isOpen) => {
    panel.hidden = !isOpen;
    toggle.setAttribute("aria-expanded", String(isOpen));
    localStorage.setItem(STORED, isOpen ? "open" : "closed");
  };
  toggle.addEventListener("click", () => {
    set(panel.hidden === true);
    if (!panel.hidden) choose(null);
  });
  const shut = () => {
    set(false);
    toggle.focus();
  };
  close.addEventListener("click", shut);
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") shut();
  });
  reset.addEventListener("click", () => void attempt(startOver));
  set(localStorage.getItem(STORED) === "open" && matchMedia("(min-width: 1200px)").matches);
}

function drawTabs() {
  const panes = TABS.map(([key, , draw]) =>
    h(
      "section",
      { role: "tabpanel", id: `pane-${key}`, "aria-labelledby": `tab-${key}`, tabindex: "0", hidden: true },
      draw(),
    ),
  );
  const buttons = TABS.map(([key, words]) =>
    h("button", { type: "button", role: "tab", id: `tab-${key}`, "aria-controls": `pane-${key}` }, words),
  );
  let current = 0;
  /** @param {number | null} at null keeps the tab and moves the focus to it */
  const choose = (at) => {
    current = at ?? current;
    buttons.forEach((button, index) => {
      button.setAttribute("aria-selected", String(index === current));
      button.tabIndex = index === current ? 0 : -1;
    });
    panes.forEach((pane, index) => (pane.hidden = index !== current));
    if (at === null) buttons[current]?.focus();
  };
  buttons.forEach((button, at) => button.addEventListener("click", () => choose(at)));
  const tabs = h("div", { role: "tablist", class: "tabs", "aria-label": "Behind the scenes" }, ...buttons);
  tabs.addEventListener("keydown", (event) => {
    const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!move) return;
    event.preventDefault();
    choose((current + move + TABS.length) % TABS.length);
    choose(null);
  });
  choose(0);
  return { tabs, panes, choose };
}

/** Back to the seed. A reset takes the bot's webhooks too, so they are put back as they were: it still listens. */
async function startOver() {
  if (!window.confirm("Everything said and changed here is forgotten. The bot keeps its own books. Start over?"))
    return;
  const { bot } = company;
  const hooks = bot ? (await callAs(bot, "GET", "webhooks?max=100")).items : [];
  await control("POST", "reset");
  for (const { name, targetUrl, resource, event, filter, secret } of bot ? hooks : []) {
    await callAs(/** @type {Speaker} */ (bot), "POST", "webhooks", {
      name,
      targetUrl,
      resource,
      event,
      filter,
      secret,
    });
  }
  toast("The company is as it was.", "good");
}
