// Two tabs of the panel: people with what they hold, licenses with their units; and what an admin does elsewhere.

import { control } from "./api.js";
import { company, labelOf } from "./company.js";
import { avatar, h, icon, reconcile } from "./dom.js";
import { attempt } from "./toast.js";

/** Of a large company only the first are drawn. */
const MOST = 60;

/**
 * Keeps one line per item up to date. Only a line whose item changed is drawn again, and not while somebody chooses or
 * types in it: the line that one works in stays as it is until one leaves its field.
 * @template {{ id: string }} T
 * @param {HTMLElement} root
 * @param {() => T[]} items
 * @param {(item: T) => HTMLElement} line
 * @param {() => Element[]} [ending]
 */
function live(root, items, line, ending = () => []) {
  /** @type {Map<string, { key: string, element: HTMLElement }>} */
  let drawn = new Map();
  const draw = () => {
    const focused = root.contains(document.activeElement) ? document.activeElement : null;
    const before = [...drawn].find(([, { element }]) => element.contains(focused))?.[0] ?? "";
    const isBusy = focused?.matches("input, select") ?? false;
    const names = [...company.licenses.values()].map(labelOf).join(); // those who hold licenses show them by name
    drawn = new Map(
      items().map((item) => {
        const known = drawn.get(item.id);
        const key = JSON.stringify(item) + names;
        const stays = known && (known.key === key || (isBusy && item.id === before));
        return [item.id, stays ? known : { key, element: line(item) }];
      }),
    );
    reconcile(root, [...[...drawn.values()].map(({ element }) => element), ...ending()]);
    if (focused && !root.contains(document.activeElement)) refocus(drawn.get(before)?.element, focused);
  };
  company.addEventListener("change", draw);
  root.addEventListener("focusout", () => setTimeout(draw)); // by then the focus is where it goes
  draw();
  return root;
}

/**
 * To what is called as that which had the focus, or to what is at hand in its line.
 * @param {HTMLElement | undefined} line
 * @param {Element} had
 */
function refocus(line, had) {
  const controls = /** @type {HTMLElement[]} */ ([...(line?.querySelectorAll("button, select, input") ?? [])]);
  const label = had.getAttribute("aria-label");
  (controls.find((one) => one.getAttribute("aria-label") === label) ?? controls.at(-1))?.focus();
}

export function drawPeople() {
  const all = () => [...company.people.values()].filter((one) => one.type === "person");
  const list = h("ul", { class: "people", "data-testid": "people" });
  const more = () => {
    const left = all().length - MOST;
    return left > 0 ? [h("li", { class: "quiet" }, `and ${left} more`)] : [];
  };
  return live(list, () => all().slice(0, MOST), person, more);
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
    give(one),
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

/** As an admin does in Control Hub, past all rules. @param {CompanyPerson} one */
function give(one) {
  const here = new Set([...one.licenses, ...one.pendingLicenses]);
  const others = [...company.licenses.values()].filter(({ id }) => !here.has(id));
  if (others.length === 0) return null;
  const license = h(
    "select",
    { required: true, "aria-label": `License to give to ${one.displayName}` },
    h("option", { value: "" }, "Another license"),
    ...others.map((other) => h("option", { value: other.id }, labelOf(other))),
  );
  const words = `Give the license to ${one.displayName}`;
  const form = h(
    "form",
    { class: "panel-line give" },
    license,
    h("button", { type: "submit", class: "pill", "aria-label": words }, "Give"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void attempt(() => control("PATCH", `people/${one.id}`, { licenses: [...one.licenses, license.value] }));
  });
  return form;
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
  const list = h("ul", { class: "licenses", "data-testid": "licenses" });
  return live(list, () => [...company.licenses.values()], license);
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
  const button = h("button", { type: "submit", class: "pill", "aria-label": `Set units of ${name}` }, "Set");
  const set = h("form", { class: "panel-line" }, units, button);
  set.addEventListener("submit", (event) => {
    event.preventDefault();
    button.focus(); // out of the field, so that the line shows what comes of it
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
