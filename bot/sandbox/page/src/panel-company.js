// Two tabs of the panel: people with what they hold, licenses with their units; and what an admin does elsewhere.

import { control } from "./api.js";
import { company, labelOf } from "./company.js";
import { avatar, h, icon } from "./dom.js";
import { attempt } from "./toast.js";

/** Of a large company only the first are drawn. */
const MOST = 60;

/** @param {HTMLElement} root @param {() => Element[]} drawn */
function live(root, drawn) {
  const draw = () => {
    const key = root.contains(document.activeElement) && document.activeElement?.getAttribute("aria-label");
    root.replaceChildren(...drawn());
    const same =
      key && [...root.querySelectorAll("[aria-label]")].find((one) => one.getAttribute("aria-label") === key);
    if (same instanceof HTMLElement) same.focus();
  };
  company.addEventListener("change", () => !root.contains(document.activeElement?.closest("input") ?? null) && draw());
  draw();
  return root;
}

export function drawPeople() {
  return live(h("ul", { class: "people", "data-testid": "people" }), () => {
    const all = [...company.people.values()].filter((one) => one.type === "person");
    const rest = all.length - MOST;
    const more = h("li", { class: "quiet" }, `and ${rest} more`);
    return [...all.slice(0, MOST).map(person), ...(rest > 0 ? [more] : [])];
  });
}

/** @param {CompanyPerson} one */
function person(one) {
  const isOut = one.status === "inactive" || one.loginEnabled === "false";
  return h(
    "li",
    { class: "person", "data-testid": `person-${one.email}` },
    h(
      "div",
      { class: "person-head" },
      avatar(one.displayName),
      h(
        "div",
        {},
        h("strong", {}, one.displayName),
        h("p", { class: "quiet" }, `${one.email}${isOut ? ", left" : ""}`),
      ),
      one.pendingLicenses.length > 0 &&
        act(`Accept the invitation for ${one.displayName}`, "Accept invitation", () =>
          control("POST", "accept", { personId: one.id }),
        ),
      !isOut && act(`Make ${one.displayName} leave`, "Leave", () => leave(one)),
    ),
    h(
      "ul",
      { class: "held" },
      ...one.licenses.map((key) => held(one, key)),
      ...one.pendingLicenses.map((key) => h("li", { class: "is-pending" }, `${company.licenseName(key)}, invited`)),
    ),
  );
}

/** @param {CompanyPerson} one @param {string} key */
function held(one, key) {
  const name = company.licenseName(key);
  const label = `Take ${name} away from ${one.displayName}`;
  const rest = one.licenses.filter((other) => other !== key);
  const take = () => attempt(() => control("PATCH", `people/${one.id}`, { licenses: rest }));
  return h(
    "li",
    {},
    name,
    h("button", { type: "button", "aria-label": label, title: label, onclick: take }, icon("close")),
  );
}

/** @param {CompanyPerson} one */
async function leave(one) {
  const words = `${one.displayName} leaves: no profile, no token, no seat in any space. Only a reset brings them back.`;
  if (window.confirm(words)) await control("DELETE", `people/${one.id}`);
}

/** @param {string} label @param {string} words @param {() => Promise<unknown>} work */
function act(label, words, work) {
  return h("button", { type: "button", class: "pill", "aria-label": label, onclick: () => void attempt(work) }, words);
}

export function drawLicenses() {
  return live(h("ul", { class: "licenses", "data-testid": "licenses" }), () =>
    [...company.licenses.values()].map(license),
  );
}

/** @param {CompanyLicense} one */
function license(one) {
  const name = labelOf(one);
  const share = one.totalUnits ? Math.min(100, (100 * one.consumedUnits) / one.totalUnits) : 100;
  const isFull = one.consumedUnits >= one.totalUnits;
  const fill = h("span", { class: `bar-fill${isFull ? " is-full" : ""}` });
  fill.style.width = `${share}%`;
  const words = `${one.consumedUnits} of ${one.totalUnits} used${isFull ? ", none left" : ""}`;
  const units = h("input", {
    type: "number",
    min: "0",
    max: "99999",
    value: one.totalUnits,
    "aria-label": `Units of ${name}`,
  });
  const set = h(
    "form",
    { class: "panel-line" },
    units,
    h("button", { type: "submit", class: "pill", "aria-label": `Set units of ${name}` }, "Set"),
  );
  set.addEventListener("submit", (event) => {
    event.preventDefault();
    units.blur();
    void attempt(() => control("PATCH", `licenses/${one.id}`, { totalUnits: units.valueAsNumber }));
  });
  return h(
    "li",
    { class: "license", "data-testid": `license-${name}` },
    h("div", { class: "license-words" }, h("strong", {}, name), h("span", { class: "quiet" }, words)),
    h("div", { class: "bar", "aria-hidden": "true" }, fill),
    set,
  );
}
