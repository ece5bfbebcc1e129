/** The frame of the identity provider's pages: self-contained, no file and no host besides this one. */
import { html, type Markup } from "./markup.ts";

export function layout(title: string, body: Markup): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body><main>${body}</main><script>${SCRIPT}</script></body>
</html>
`.markup;
}

const STYLE: Markup = {
  markup: `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent); }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
ul { list-style: none; padding: 0; }
li { margin: .5rem 0; }
button { font: inherit; padding: .4rem .9rem; border: 1px solid var(--line); border-radius: .4rem; cursor: pointer; }
li button { width: 100%; text-align: left; padding: .6rem .9rem; }
small { opacity: .75; }
pre { overflow-wrap: anywhere; white-space: pre-wrap; border: 1px solid var(--line); border-radius: .4rem; padding: .7rem; font-size: .85rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
td { border-top: 1px solid var(--line); padding: .3rem .5rem; vertical-align: top; overflow-wrap: anywhere; }
td:first-child { font-family: monospace; white-space: nowrap; }
.row { display: flex; gap: .7rem; align-items: center; flex-wrap: wrap; }
.problem { border-left: 4px solid #c33; padding-left: .7rem; }
`,
};

/** clerk-js names the page to return to behind the `#`, which no server sees; servers name it in the query. */
const SCRIPT: Markup = {
  markup: `
const behind = new URLSearchParams(location.hash.split("?")[1]);
const back = ["sign_in_force_redirect_url", "redirect_url", "sign_in_fallback_redirect_url"].map((name) => behind.get(name)).find(Boolean);
if (back) {
  const here = new URL(location.href.split("#")[0]);
  here.searchParams.set("redirect_url", back);
  location.replace(here);
}
for (const button of document.querySelectorAll("[data-copy]")) button.onclick = async () => {
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
  button.textContent = "Copied";
};
`,
};
