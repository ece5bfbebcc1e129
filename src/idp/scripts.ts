/**
 * Clerk's browser scripts. The framework packages load clerk-js from the Frontend API's host, so that host has to have
 * it: it is taken from the project's own `node_modules`, and nothing is fetched from elsewhere.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, extname, join, resolve, sep } from "node:path";
import type { HttpResponse } from "../http/message.ts";

const PACKAGES: readonly string[] = ["@clerk/clerk-js", "@clerk/ui"];

const TYPES: Readonly<Record<string, string>> = {
  ".js": "application/javascript; charset=utf-8",
  ".mjs": "application/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
};

/**
 * Answers `/npm/<rest>`, where the rest is `@clerk/clerk-js@6/dist/clerk.browser.js` or the like. The version asked for
 * is not looked at: the one installed is the one there is.
 */
export function serveScript(rest: string, roots: readonly string[]): HttpResponse {
  const [, name = "", file = ""] = /^(@clerk\/[a-z-]+)(?:@[^/]*)?\/(dist\/.+)$/.exec(rest) ?? [];
  if (!PACKAGES.includes(name)) return missing(`/npm/${rest} is not one of Clerk's browser packages.`);
  const folder = findPackage(name, roots);
  if (folder === undefined) {
    return missing(`${name} is not installed. Run "npm install --save-dev ${name}" in the project.`);
  }
  const path = resolve(folder, file);
  if (!path.startsWith(folder + sep) || !isFile(path)) return missing(`${name} has no file ${file}.`);
  return {
    status: 200,
    headers: [
      ["Content-Type", TYPES[extname(path)] ?? "application/octet-stream"],
      ["Cache-Control", "no-cache"],
    ],
    body: readFileSync(path),
  };
}

/** Looks upwards from each root, as Node does. */
function findPackage(name: string, roots: readonly string[]): string | undefined {
  for (const root of roots) {
    let folder = resolve(root);
    for (;;) {
      const candidate = join(folder, "node_modules", name);
      if (existsSync(candidate)) return candidate;
      const parent = dirname(folder);
      if (parent === folder) break;
      folder = parent;
    }
  }
  return undefined;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** A script tag shows nobody its answer; the browser's network view does. */
function missing(reason: string): HttpResponse {
  return { status: 404, headers: [["Content-Type", "text/plain; charset=utf-8"]], body: `${reason}\n` };
}
