// Brings what happens in the sandbox to those at the page whom it concerns.

import { inboxes } from "./inbox.js";
import { on } from "./live.js";

on("message", ({ event, message, members }, isNew) => {
  if (!isNew) return;
  for (const inbox of inboxes) {
    if (!members.includes(inbox.person.personId)) continue;
    if (event === "deleted") inbox.removed(message);
    else void inbox.arrived(message, members);
  }
});

on("room", ({ room, members }, isNew) => {
  for (const inbox of inboxes) if (isNew && members.includes(inbox.person.personId)) inbox.renamed(room);
});

on("membership", ({ membership }, isNew) => {
  for (const inbox of inboxes) {
    if (isNew && membership.roomType === "group" && membership.personId === inbox.person.personId) {
      void inbox.load().catch(() => undefined); // the next event or a reload shows it
    }
  }
});

on("call", ({ method, path, status }, isNew) => {
  const messageId = /^\/v1\/messages\/([^/]+)$/.exec(path)?.[1];
  if (!isNew || method !== "PUT" || status !== 200 || !messageId) return;
  for (const inbox of inboxes) void inbox.edited(messageId).catch(() => undefined); // deleted meanwhile
});
