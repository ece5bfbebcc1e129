/**
 * Chromium for browser tests: the system's own, driven by playwright-core. Nothing is downloaded; where apt may be used
 * (as root, on Debian and its kin) a missing browser is installed, elsewhere the tests say why they were skipped.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const PATHS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // clerk-js takes an automated browser for one that is offline, and then swallows network errors.
  "--disable-blink-features=AutomationControlled",
];

export type ChromiumFound = { readonly path: string } | { readonly missing: string };

/** Where the browser is, after trying to install it if need be (about a minute, once). */
export function findChromium(): ChromiumFound {
  const path = installed();
  if (path !== undefined) return { path };
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    return { missing: "no Chromium at the usual places, and it can only be installed here by root with apt" };
  }
  try {
    execFileSync("apt-get", ["update", "-qq"], { stdio: "pipe", timeout: 120_000 });
    execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], {
      stdio: "pipe",
      timeout: 240_000,
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  } catch (error) {
    return { missing: `apt could not install Chromium: ${(error as Error).message.split("\n")[0]}` };
  }
  const now = installed();
  return now === undefined ? { missing: "apt installed Chromium at an unknown place" } : { path: now };
}

const installed = () => PATHS.find((path) => existsSync(path));

/** A browser with a profile of its own. */
export function launchChromium(path: string): Promise<Browser> {
  return chromium.launch({ executablePath: path, args: FLAGS });
}
