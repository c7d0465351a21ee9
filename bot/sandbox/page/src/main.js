// Begins: who is at the page, side by side or one at a time, and what stands above them.

import "./arrivals.js";
import { openColumn, roleOf, slug } from "./column.js";
import { company } from "./company.js";
import { avatar, h, reconcile } from "./dom.js";
import { connect, on } from "./live.js";
import { setUpPanel } from "./panel.js";
import { badge, firstLine } from "./spaces.js";
import { setUpTheme } from "./theme.js";
import { attempt, toast } from "./toast.js";

const AT_FIRST = ["employee", "manager", "admin"];
const MOST = 5;
const STORED = "sandbox.people";
const narrow = matchMedia("(max-width: 699px)");
const columns = /** @type {HTMLElement} */ (document.getElementById("columns"));
const switcher = /** @type {HTMLElement} */ (document.getElementById("switcher"));
const adder = /** @type {HTMLSelectElement} */ (document.getElementById("add"));
const announcer = /** @type {HTMLElement} */ (document.getElementById("announcer"));
const connection = /** @type {HTMLElement} */ (document.getElementById("connection"));

/** @typedef {ReturnType<typeof openColumn>} Column */
/** @type {Column[]} */
let open = [];
/** @type {Column | null} the one that is shown at phone width */
let current = null;

/** @param {Speaker} person @param {Column | null} instead */
function add(person, instead = null) {
  const column = openColumn(person, {
    become: (other) => add(other, column),
    remove: () => {
      remove(column);
      adder.focus();
    },
    isShown: () => !narrow.matches || current === column,
  });
  column.inbox.addEventListener("change", drawSwitcher);
  column.inbox.addEventListener("arrived", (event) => announce(person, /** @type {CustomEvent} */ (event).detail));
  if (instead) {
    instead.element.replaceWith(column.element);
    instead.inbox.close();
    open = open.map((one) => (one === instead ? column : one));
    column.element.querySelector("select")?.focus();
  } else {
    columns.append(column.element);
    open.push(column);
  }
  if (!current || current === instead) current = column;
  changed();
}

/** @param {Column} column */
function remove(column) {
  column.inbox.close();
  column.element.remove();
  open = open.filter((one) => one !== column);
  if (current === column) current = open[0] ?? null;
  changed();
}

function changed() {
  localStorage.setItem(STORED, JSON.stringify(open.map((column) => slug(column.inbox.person))));
  for (const column of open) column.element.classList.toggle("is-current", column === current);
  columns.dataset.count = String(open.length);
  const here = new Set(open.map((column) => column.inbox.person.personId));
  const others = company.humans.filter((one) => !here.has(one.personId));
  adder.replaceChildren(
    h("option", { value: "" }, "Add a person"),
    ...others.map((one) => h("option", { value: one.personId }, `${one.displayName}, ${roleOf(one)}`)),
  );
  adder.disabled = others.length === 0 || open.length >= MOST;
  drawSwitcher();
}

/** @type {WeakMap<Column, HTMLButtonElement>} made once: what one is about to press stays where it is */
const switches = new WeakMap();

function drawSwitcher() {
  const buttons = open.map((column) => {
    const { person, unread } = column.inbox;
    const button = switches.get(column) ?? h("button", { type: "button", onclick: () => show(column) });
    switches.set(column, button);
    button.setAttribute("aria-pressed", String(column === current));
    const first = person.displayName.split(" ")[0] ?? "";
    button.replaceChildren(avatar(person.displayName), first, ...(unread > 0 ? [badge(unread)] : []));
    return button;
  });
  reconcile(switcher, buttons);
}

/** @param {Column} column */
function show(column) {
  current = column;
  changed();
  if (column.inbox.isWatched()) column.inbox.markRead();
  column.toEnd();
}

/** @param {Speaker} person @param {{ message: ChatMessage, space: import("./inbox.js").Space }} news */
function announce(person, { message, space }) {
  const author = company.nameOf(message.personId);
  const place = space.type === "group" ? ` in ${space.title}` : "";
  announcer.textContent = `${author} to ${person.displayName}${place}: ${firstLine(message)}`;
}

function atFirst() {
  const stored = localStorage.getItem(STORED);
  const slugs = /** @type {string[]} */ (stored ? JSON.parse(stored) : AT_FIRST);
  const found = slugs.flatMap((word) => company.humans.filter((one) => slug(one) === word)).slice(0, MOST);
  return found.length ? found : company.humans.slice(0, 3);
}

async function begin() {
  setUpTheme();
  setUpPanel();
  adder.addEventListener("change", () => {
    const person = company.humans.find((one) => one.personId === adder.value);
    if (person) {
      add(person);
      if (narrow.matches && open.at(-1)) show(/** @type {Column} */ (open.at(-1)));
    }
  });
  const toldState = (/** @type {boolean} */ isConnected) => {
    connection.textContent = isConnected ? "" : "The sandbox does not answer. Trying again …";
  };
  await Promise.all([connect(toldState), attempt(() => company.load())]);
  for (const person of atFirst()) add(person);
  await Promise.all(open.map((column) => column.loaded));
  document.body.dataset.ready = "true";
  company.addEventListener("change", follow);
  document.addEventListener("visibilitychange", () => {
    for (const { inbox } of open) if (inbox.isWatched()) inbox.markRead();
  });
}

/** People come and go: who has left closes their column. */
function follow() {
  const here = new Set(company.humans.map((one) => one.personId));
  for (const column of open.filter((one) => !here.has(one.inbox.person.personId))) {
    remove(column);
    toast(`${column.inbox.person.displayName} has left the company.`, "good");
  }
  if (adder.dataset.known !== [...here].join()) changed();
  adder.dataset.known = [...here].join();
}

/** Something was missed, or everything is as at the beginning: read it all again. */
async function again() {
  await attempt(() => company.load());
  const people = open.map((column) => column.inbox.person);
  for (const column of [...open]) {
    column.inbox.close();
    column.element.remove();
  }
  open = [];
  current = null;
  for (const person of people) {
    const same = company.humans.find((one) => one.personId === person.personId);
    if (same) add(same);
  }
}

on("reset", (_, isNew) => isNew && void again());
on("reload", () => void again());
void begin();
