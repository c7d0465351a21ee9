// What one person sees: their spaces, what was said there, and what of it they have not read yet. No drawing here.

import { callAs } from "./api.js";
import { company } from "./company.js";

const PAGE = 100;

/**
 * @typedef {object} Space
 * @property {string} id empty while nothing was said to the bot yet: there is no such space before the first message
 * @property {string} title
 * @property {"direct" | "group"} type
 * @property {string} lastActivity
 * @property {boolean} hasBot
 * @property {ChatMessage | null} last
 * @property {number} unread
 * @property {Map<string, ChatMessage> | null} messages null until the space was opened
 * @property {boolean} hasEarlier whether there is more before the first of `messages`
 */

/** @type {Set<Inbox>} those of the people at the page */
export const inboxes = new Set();

export class Inbox extends EventTarget {
  /** @type {Space[]} */
  spaces = [];
  /** @type {Space | null} */
  open = null;
  /** Tells whether somebody looks at the open space, so that what arrives is read. */
  isWatched = () => true;

  /** @param {Speaker} person */
  constructor(person) {
    super();
    this.person = person;
    /** @type {Space} */
    this.desk = newSpace({ id: "", title: company.bot?.displayName ?? "Bot", type: "direct", lastActivity: "" });
    this.desk.hasBot = true;
    this.desk.messages = new Map();
    inboxes.add(this);
  }

  /** Over once this person's column is closed. */
  closing = new AbortController();

  close() {
    inboxes.delete(this);
    this.closing.abort();
  }

  get unread() {
    return this.spaces.reduce((sum, space) => sum + space.unread, 0);
  }

  async load() {
    const bot = company.bot?.personId ?? "";
    const [rooms, seats] = await Promise.all([
      callAs(this.person, "GET", `rooms?max=${PAGE}`),
      callAs(this.person, "GET", `memberships?personId=${bot}&max=${PAGE}`),
    ]);
    const withBot = new Set(seats.items.map((/** @type {Member} */ seat) => seat.roomId));
    const found = /** @type {Space[]} */ (rooms.items.map(newSpace));
    for (const space of found) space.hasBot = withBot.has(space.id);
    this.desk = found.find((space) => space.type === "direct" && space.hasBot) ?? this.desk;
    this.spaces = [this.desk, ...found.filter((space) => space !== this.desk)];
    this.#changed();
    await Promise.all(found.map((space) => this.#readLast(space)));
    this.#changed();
  }

  /** @param {Space} space */
  async #readLast(space) {
    if (space === this.desk) return this.#read(space);
    const { items } = await callAs(this.person, "GET", `messages?roomId=${space.id}&max=1`);
    space.last = items[0] ?? null;
    return undefined;
  }

  /** What arrives while it reads is kept. @param {Space} space */
  async #read(space) {
    const arrived = (space.messages = new Map());
    try {
      const { items } = await callAs(this.person, "GET", `messages?roomId=${space.id}&max=${PAGE}`);
      const read = new Map(items.reverse().map((/** @type {ChatMessage} */ one) => [one.id, one]));
      space.messages = new Map([...read, ...arrived]);
      space.hasEarlier = items.length === PAGE;
      space.last = [...space.messages.values()].at(-1) ?? null;
    } catch (error) {
      space.messages = null;
      throw error;
    }
  }

  /** Read one page more before what is known of the open space. */
  async readEarlier() {
    const space = this.open;
    const [first] = [...(space?.messages?.values() ?? [])].toSorted((one, other) =>
      one.created.localeCompare(other.created),
    );
    if (!space?.messages || !first) return;
    const path = `messages?roomId=${space.id}&max=${PAGE}&beforeMessage=${first.id}`;
    const { items } = await callAs(this.person, "GET", path);
    const earlier = items.reverse().map((/** @type {ChatMessage} */ one) => [one.id, one]);
    space.messages = new Map([...earlier, ...space.messages]);
    space.hasEarlier = items.length === PAGE;
    this.#changed();
  }

  /** @param {Space} space */
  async enter(space) {
    this.open = space;
    space.unread = 0;
    this.#changed();
    if (space.messages === null) {
      await this.#read(space);
      this.#changed();
    }
  }

  markRead() {
    if (this.open?.unread) {
      this.open.unread = 0;
      this.#changed();
    }
  }

  /**
   * Post into the open space. The first message to the bot opens the space with it.
   * @param {{ text?: string, markdown?: string, parentId?: string, file?: File }} said
   */
  async post({ file, ...words }) {
    const space = this.open ?? this.desk;
    const bot = company.bot?.personId ?? "";
    const body = { ...(space.id ? { roomId: space.id } : { toPersonId: bot }), ...words };
    const posted = await callAs(this.person, "POST", "messages", file ? formOf(body, file) : body);
    await this.arrived(posted, [this.person.personId, bot]);
  }

  /**
   * @param {ChatMessage} message
   * @param {string[]} members
   */
  async arrived(message, members) {
    const space = this.#spaceOf(message, members) ?? (await this.#discover(message.roomId));
    if (!space) return;
    const isKnown = space.messages?.has(message.id) ?? space.last?.id === message.id;
    space.messages?.set(message.id, message);
    if (isKnown) return this.#changed();
    space.last = message;
    space.lastActivity = message.created;
    const isOwn = message.personId === this.person.personId;
    if (!isOwn && !(this.open === space && this.isWatched())) space.unread += 1;
    if (!isOwn) this.dispatchEvent(new CustomEvent("arrived", { detail: { message, space } }));
    return this.#changed();
  }

  /**
   * @param {ChatMessage} message
   * @param {string[]} members
   */
  #spaceOf(message, members) {
    const known = this.spaces.find((space) => space.id === message.roomId);
    const bot = company.bot?.personId ?? "";
    if (known || message.roomType !== "direct" || !members.includes(bot) || this.desk.id) return known ?? null;
    this.desk.id = message.roomId;
    return this.desk;
  }

  /** @param {string} roomId */
  async #discover(roomId) {
    try {
      const room = await callAs(this.person, "GET", `rooms/${roomId}`);
      const known = this.spaces.find((space) => space.id === roomId);
      if (known) return known;
      const space = newSpace(room);
      this.spaces.push(space);
      return space;
    } catch {
      return null; // gone again, or never ours
    }
  }

  /** @param {ChatMessage} message */
  removed(message) {
    const space = this.spaces.find((one) => one.id === message.roomId);
    if (!space) return;
    space.messages?.delete(message.id);
    if (space.messages && space.last?.id === message.id) space.last = [...space.messages.values()].at(-1) ?? null;
    this.#changed();
  }

  /** @param {Room} room of a group; spaces of two are called after the other one */
  renamed({ id, title, type }) {
    const space = this.spaces.find((one) => one.id === id);
    if (!space || type !== "group") return;
    space.title = title;
    this.#changed();
  }

  /** @param {string} messageId of a message that was edited */
  async edited(messageId) {
    const space = this.spaces.find((one) => one.messages?.has(messageId));
    if (!space) return;
    space.messages?.set(messageId, await callAs(this.person, "GET", `messages/${messageId}`));
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/** @param {Room} room @returns {Space} */
function newSpace({ id, title, type, lastActivity }) {
  return { id, title, type, lastActivity, hasBot: false, last: null, unread: 0, messages: null, hasEarlier: false };
}

/** @param {object} body @param {File} file */
function formOf(body, file) {
  const form = new FormData();
  for (const [name, value] of Object.entries(body)) form.append(name, value);
  form.append("files", file);
  return form;
}
