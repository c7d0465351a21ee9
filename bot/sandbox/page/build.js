// Puts the page together in dist/: our modules as they are, and the two libraries' own browser builds beside them.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const LIBRARIES = {
  "adaptivecards.js": "adaptivecards/dist/adaptivecards.min.js",
  "markdown-it.js": "markdown-it/dist/browser/markdown-it.esm.min.mjs",
};

rmSync(`${here}dist`, { recursive: true, force: true });
mkdirSync(`${here}dist/vendor`, { recursive: true });
cpSync(`${here}static`, `${here}dist`, { recursive: true });
for (const name of readdirSync(`${here}src`).filter((file) => file.endsWith(".js"))) {
  // A browser knows no package names; the policy of the page allows no import map inside it.
  const source = readFileSync(`${here}src/${name}`, "utf8");
  writeFileSync(`${here}dist/${name}`, source.replaceAll('"markdown-it"', '"./vendor/markdown-it.js"'));
}
for (const [name, from] of Object.entries(LIBRARIES)) {
  const source = readFileSync(`${here}node_modules/${from}`, "utf8");
  writeFileSync(`${here}dist/vendor/${name}`, source.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n"));
}
