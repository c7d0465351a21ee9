// A card as Webex draws it: Microsoft's renderer with Webex's host config, colors from the page's theme.

import { callAs } from "./api.js";
import { freshId, h } from "./dom.js";
import { cardHtml } from "./markdown.js";
import { attempt } from "./toast.js";

const MOST_ACTIONS = 5;
const SUPPORTED = ["1.0", "1.1", "1.2", "1.3"];
/** How long a card stays locked after a press. Webex marks no card as used, so it opens again. */
const LOCKED = 1500;
const NAMES = ["default", "dark", "light", "accent", "good", "warning", "attention"];

const colors = Object.fromEntries(
  NAMES.map((name) => [name, { default: `var(--card-${name})`, subtle: `var(--card-${name}-subtle)` }]),
);
const container = { backgroundColor: "transparent", foregroundColors: colors };
const config = new AdaptiveCards.HostConfig({
  fontFamily: "inherit",
  supportsInteractivity: true,
  spacing: { small: 4, default: 12, medium: 12, large: 12, extraLarge: 16, padding: 0 },
  separator: { lineThickness: 1, lineColor: "var(--line)" },
  fontSizes: { small: 12, default: 14, medium: 16, large: 20, extraLarge: 24 },
  fontWeights: { lighter: 200, default: 400, bolder: 600 },
  imageSizes: { small: 40, medium: 80, large: 160 },
  containerStyles: {
    default: container,
    emphasis: { ...container, backgroundColor: "var(--card-emphasis)" },
  },
  actions: {
    maxActions: MOST_ACTIONS,
    spacing: "default",
    buttonSpacing: 8,
    showCard: { actionMode: "inline", inlineTopMargin: 12, style: "default" },
    actionsOrientation: "horizontal",
    actionAlignment: "left",
  },
  factSet: {
    title: { weight: "bolder", wrap: true, maxWidth: 130 },
    value: { wrap: true },
    spacing: 12,
  },
  inputs: {
    label: { inputSpacing: "small", requiredInputs: { weight: "bolder", suffix: " *", suffixColor: "attention" } },
    errorMessage: { color: "attention", spacing: "small" },
  },
});

/** @type {(text: string, result: import("adaptivecards").IMarkdownProcessingResult) => void} */
AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = cardHtml(text);
  result.didProcess = true;
};

/**
 * Draw the card of a message for one person; presses are sent as theirs.
 * @param {ChatMessage} message
 * @param {Speaker} person
 */
export function drawCard(message, person) {
  const content = message.attachments?.[0]?.content ?? {};
  if (!SUPPORTED.includes(String(content.version))) return h("p", { class: "quiet" }, "This card cannot be shown.");
  const status = h("p", { class: "card-status", role: "status" });
  const frame = h("div", { class: "card", role: "group", "aria-label": "Card", "data-testid": "card" });
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = config;
  card.parse(content);
  card.onExecuteAction = (action) => {
    if (action instanceof AdaptiveCards.OpenUrlAction) open(action.url);
    if (action instanceof AdaptiveCards.SubmitAction) {
      void submit(message, person, /** @type {Record<string, unknown>} */ (action.data ?? {}), { frame, status });
    }
  };
  card.onInlineCardExpanded = () => tidy(frame);
  const drawn = card.render();
  if (drawn) frame.append(drawn);
  frame.append(status);
  tidy(frame);
  return frame;
}

/** Only where a browser shows a page: no scripts, no files. @param {string | undefined} url */
function open(url) {
  if (url && /^https?:\/\//i.test(url)) window.open(url, "_blank", "noopener,noreferrer");
}

/**
 * @param {ChatMessage} message
 * @param {Speaker} person
 * @param {Record<string, unknown>} inputs
 * @param {{ frame: HTMLElement, status: HTMLElement }} shown
 */
async function submit(message, person, inputs, { frame, status }) {
  if (frame.dataset.sent) return;
  frame.dataset.sent = "true";
  const buttons = [...frame.querySelectorAll("button")].filter((button) => !button.disabled);
  for (const button of buttons) button.setAttribute("aria-disabled", "true");
  status.textContent = "Sent …";
  const body = { type: "submit", messageId: message.id, inputs };
  const went = await attempt(() => callAs(person, "POST", "attachment/actions", body));
  status.textContent = went ? "Sent" : "Not sent";
  setTimeout(() => {
    delete frame.dataset.sent;
    for (const button of buttons) button.removeAttribute("aria-disabled");
    status.textContent = "";
  }, LOCKED);
}

/**
 * The renderer makes a stop for the Tab key of the card itself, where there is nothing to press.
 * @param {HTMLElement} frame
 */
function tidy(frame) {
  for (const card of frame.querySelectorAll(".ac-adaptiveCard")) card.removeAttribute("tabindex");
  separateIds(frame);
}

/**
 * The renderer takes ids from the card, and the same card is on the page several times: make them differ.
 * @param {HTMLElement} frame
 */
function separateIds(frame) {
  /** @type {Map<string, string>} */
  const renamed = new Map();
  for (const element of frame.querySelectorAll("[id]")) {
    renamed.set(element.id, freshId("card"));
    element.id = renamed.get(element.id) ?? "";
  }
  for (const name of ["for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns"]) {
    for (const element of frame.querySelectorAll(`[${name}]`)) {
      const ids = (element.getAttribute(name) ?? "").split(/\s+/);
      element.setAttribute(name, ids.map((id) => renamed.get(id) ?? id).join(" "));
    }
  }
}
