// The two doors of the sandbox: Webex's API as a person, and the control API that only this page and tests use.

export class ApiError extends Error {
  /**
   * @param {number} status 0 when there was no answer
   * @param {string} message
   */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The page names its calls as Webex's own web client does, which tells them from the bot's. */
export const CLIENT = "webex-web-client_";

/**
 * Call /v1 with somebody's token.
 * @param {Speaker} person
 * @param {string} method
 * @param {string} path
 * @param {object | FormData} [body]
 * @returns {Promise<any>}
 */
export async function callAs(person, method, path, body) {
  const answer = await fetchAs(person, method, path, body);
  return answer.status === 204 ? null : answer.json();
}

/**
 * @param {Speaker} person
 * @param {string} method
 * @param {string} path
 * @param {object | FormData} [body]
 */
export async function fetchAs(person, method, path, body) {
  const headers = { Authorization: `Bearer ${person.token}`, TrackingID: CLIENT + crypto.randomUUID() };
  return send(`/v1/${path}`, method, headers, body);
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<any>}
 */
export async function control(method, path, body) {
  const answer = await send(`/control/${path}`, method, {}, body);
  return answer.status === 204 ? null : answer.json();
}

/**
 * @param {string} url
 * @param {string} method
 * @param {Record<string, string>} headers
 * @param {object | FormData} [body]
 */
async function send(url, method, headers, body) {
  /** @type {RequestInit} */
  const options = { method, headers };
  if (body instanceof FormData) {
    options.body = body;
  } else if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers = { ...headers, "Content-Type": "application/json" };
  }
  let answer;
  try {
    answer = await fetch(url, options);
  } catch {
    throw new ApiError(0, "");
  }
  if (!answer.ok) throw new ApiError(answer.status, await messageOf(answer));
  return answer;
}

/** @param {Response} answer */
async function messageOf(answer) {
  try {
    return String((await answer.json()).message ?? "");
  } catch {
    return "";
  }
}

/** @type {Record<number, string>} */
const WORDS = {
  0: "No answer came. It may have been done all the same: look before you try again.",
  401: "This person can no longer sign in.",
  404: "That is no longer there.",
  429: "Webex asks to slow down. Try again in a moment.",
};

/**
 * Say what went wrong to somebody who chats, with Webex's own words where they help.
 * @param {unknown} error
 */
export function inWords(error) {
  if (!(error instanceof ApiError)) return "Something unexpected happened in this page.";
  const known = WORDS[error.status];
  if (known) return known;
  if (error.status >= 500) return `Webex has a problem right now (${error.status}). Try again in a moment.`;
  return error.message ? `Webex refused: ${error.message}` : `Webex refused (${error.status}).`;
}
