// Light, dark, or as the system says.

const STORED = "sandbox.theme";
const NEXT = /** @type {Record<string, string>} */ ({ system: "light", light: "dark", dark: "system" });

export function setUpTheme() {
  const button = /** @type {HTMLButtonElement} */ (document.getElementById("theme"));
  const set = (/** @type {string} */ theme) => {
    document.documentElement.dataset.theme = theme;
    localStorage.setItem(STORED, theme);
    button.setAttribute("aria-label", `Colors: ${theme}`);
    button.title = `Colors: ${theme}`;
    button.dataset.theme = theme;
  };
  set(localStorage.getItem(STORED) ?? "system");
  button.addEventListener("click", () => set(NEXT[button.dataset.theme ?? "system"] ?? "system"));
}
