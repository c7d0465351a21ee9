// Who there is, who can speak, what they hold: kept up to date from events.

import { control } from "./api.js";
import { on } from "./live.js";

/** Two licenses may have one name and differ by their site. @param {CompanyLicense} license */
export function labelOf({ name, siteUrl }) {
  return siteUrl ? `${name}, ${siteUrl.split(".", 1)[0]}` : name;
}

class Company extends EventTarget {
  /** @type {Speaker[]} */
  speakers = [];
  /** @type {Map<string, CompanyPerson>} */
  people = new Map();
  /** @type {Map<string, CompanyLicense>} */
  licenses = new Map();
  /** @type {WeatherOrder[]} */
  weather = [];
  /** @type {Set<string>} ids of those whose active webhooks hear something */
  listening = new Set();

  async load() {
    const [tokens, all] = await Promise.all([control("GET", "tokens"), control("GET", "company")]);
    this.speakers = tokens.items;
    this.people = new Map(Object.entries(all.people).map(([id, person]) => [id, { ...person, id }]));
    this.licenses = new Map(all.licenses.map((/** @type {CompanyLicense} */ one) => [one.id, one]));
    this.weather = all.weather;
    this.listening = new Set(all.listening);
    this.changed();
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }

  /** The bot that people write to: the one with a token. */
  get bot() {
    return this.speakers.find((one) => this.people.get(one.personId)?.type === "bot") ?? null;
  }

  /** Everybody whom one can be. */
  get humans() {
    return this.speakers.filter((one) => this.people.get(one.personId)?.type === "person");
  }

  get isBotListening() {
    return this.bot !== null && this.listening.has(this.bot.personId);
  }

  /** @param {string} personId */
  nameOf(personId) {
    return this.people.get(personId)?.displayName ?? "Somebody";
  }

  /** @param {string} personId */
  isBot(personId) {
    return this.people.get(personId)?.type === "bot";
  }

  /** @param {string} licenseId */
  licenseName(licenseId) {
    const found = this.licenses.get(licenseId);
    return found ? labelOf(found) : "Unknown license";
  }

  /** @param {Speaker} person */
  isAdmin(person) {
    return (this.people.get(person.personId)?.roles.length ?? 0) > 0;
  }

  /** Those who have this person as their manager. @param {Speaker} person */
  reportsOf(person) {
    return [...this.people.values()].filter((one) => one.managerId === person.personId && one.status !== "inactive");
  }
}

export const company = new Company();

/**
 * @template {{ id: string, gone?: boolean }} T
 * @param {Map<string, T>} map
 * @param {T} item
 */
function put(map, item) {
  if (item.gone) map.delete(item.id);
  else map.set(item.id, item);
  company.changed();
}

on("person", (person, isNew) => {
  if (isNew && !company.people.has(person.id))
    void company.load(); // who has come may have a token
  else put(company.people, person);
});
on("license", (license) => put(company.licenses, license));
on("weather", ({ items }) => {
  company.weather = items;
  company.changed();
});
on("call", (call, isNew) => {
  if (isNew && call.path.startsWith("/v1/webhooks") && call.method !== "GET") void company.load();
});
