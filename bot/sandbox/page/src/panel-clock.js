// The sandbox's clock: what happens after days can be seen now.

import { control } from "./api.js";
import { freshId, h } from "./dom.js";
import { on } from "./live.js";
import { attempt, toast } from "./toast.js";

const HOUR = 3600;
/** @type {[string, { advance?: number, offset?: number }][]} */
const MOVES = [
  ["One hour later", { advance: HOUR }],
  ["One day later", { advance: 24 * HOUR }],
  ["Two weeks later", { advance: 14 * 24 * HOUR }],
  ["Back to now", { offset: 0 }],
];

export function drawClock() {
  const id = freshId("clock");
  const shown = h("p", { class: "quiet", "data-testid": "clock" });
  /** @param {{ now: string, offset: number }} time */
  const draw = ({ now, offset }) => {
    shown.textContent = `${new Date(now).toLocaleString()}${offset ? "" : ", as everywhere"}`;
  };
  on("clock", (time, isNew) => isNew && draw(time));
  on("reset", () => void read());
  const read = () => attempt(async () => draw(await control("GET", "clock")));
  void read();
  const buttons = MOVES.map(([words, move]) => {
    const act = () => attempt(() => control("POST", "clock", move)).then((went) => went && toast(`${words}.`, "good"));
    return h("button", { type: "button", class: "pill", onclick: () => void act() }, words);
  });
  return h(
    "div",
    { role: "group", "aria-labelledby": id },
    h("h3", { id }, "Time"),
    shown,
    h("div", { class: "pills" }, ...buttons),
  );
}
