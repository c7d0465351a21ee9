// Human text to HTML. markdown-it with html:false escapes all markup of the text itself; images are off, and links go
// to http, https and mailto only. Its output is the only HTML that this page ever inserts.

import markdownIt from "markdown-it";

const MENTION = /^<@(?:(all)|(personId|personEmail):([^>|]+))(?:\|([^>]*))?>/;

/**
 * @typedef {object} Names how mentions come alive: by id or address, null for those who are not mentioned
 * @property {(kind: string, value: string) => string | null} find
 */

const message = make({ breaks: true, linkify: true });
message.inline.ruler.before("autolink", "mention", (state, silent) => {
  const found = MENTION.exec(state.src.slice(state.pos));
  if (!found) return false;
  if (!silent) state.push("mention", "", 0).meta = { parts: [...found] };
  state.pos += found[0].length;
  return true;
});
/** @type {NonNullable<typeof message.renderer.rules.link_open>} */
const drawMention = (tokens, at, _options, env) => {
  const names = /** @type {Names} */ (/** @type {unknown} */ (env));
  const [, all, kind = "", value = "", shown = ""] = /** @type {(string | undefined)[]} */ (tokens[at]?.meta?.parts);
  const name = all ? "All" : names.find(kind, value.trim());
  const words = escaped(shown || name || value);
  return name ? `<span class="mention">@${words}</span>` : words;
};
message.renderer.rules.mention = drawMention;

const card = make({ breaks: true, linkify: false });

/** @param {{ breaks: boolean, linkify: boolean }} options */
function make(options) {
  const parser = markdownIt({ ...options, html: false });
  parser.disable("image");
  parser.validateLink = (url) => /^(https?:|mailto:)/i.test(url.trim());
  parser.renderer.rules.link_open = (tokens, at, settings, _env, self) => {
    tokens[at]?.attrSet("target", "_blank");
    tokens[at]?.attrSet("rel", "noopener noreferrer nofollow");
    return self.renderToken(tokens, at, settings);
  };
  return parser;
}

/** @param {string} text */
export function escaped(text) {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/**
 * @param {string} text
 * @param {Names} names
 */
export function messageHtml(text, names) {
  return message.render(text, /** @type {any} */ (names));
}

/** What a card's text block may hold. @param {string} text */
export function cardHtml(text) {
  return card.render(text);
}
