// Short notices at the edge of the page: errors stay until closed or ten seconds are over.

import { inWords } from "./api.js";
import { h, icon } from "./dom.js";

const LIFE = 10_000;

/** @param {string} words @param {"error" | "good"} [kind] */
export function toast(words, kind = "error") {
  const region = document.getElementById(kind === "error" ? "alerts" : "notices");
  const close = h("button", { type: "button", class: "plain", "aria-label": "Dismiss" }, icon("close"));
  const shown = h("div", { class: `toast is-${kind}`, "data-testid": "toast" }, h("p", {}, words), close);
  const timer = setTimeout(() => shown.remove(), LIFE);
  close.addEventListener("click", () => {
    clearTimeout(timer);
    shown.remove();
  });
  region?.append(shown);
}

/**
 * Do something and say so in plain words when it fails. Tells whether it went well.
 * @param {() => Promise<unknown>} work
 */
export async function attempt(work) {
  try {
    await work();
    return true;
  } catch (error) {
    toast(inWords(error));
    return false;
  }
}
