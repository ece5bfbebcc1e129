/** Which paths the v2 gateway keeps for itself: no project can serve a table or view of such a name. Pure. */

export type AbsorbReason = "robots" | "browser_default" | "scanner_prefix" | "static_ext";

const BROWSER_DEFAULTS = new Set([
  "/favicon.ico",
  "/apple-touch-icon.png",
  "/apple-touch-icon-precomposed.png",
  "/site.webmanifest",
  "/browserconfig.xml",
]);

/** A word boundary ends the prefix: `/admin-users` is absorbed, `/admins` and `/admin_users` are not. */
const SCANNER_PREFIX =
  /^\/(?:\.well-known|\.env|\.git|wp-admin|wp-login\.php|phpmyadmin|server-status|xmlrpc\.php|cgi-bin|admin|administrator)\b/i;

const STATIC_EXTENSION = /\.(?:ico|png|jpe?g|gif|svg|webp|css|m?js|map|txt|xml|woff2?|ttf|eot)$/i;

/** `path` is the URL's, not percent-decoded: `/%61dmin` passes. First match wins; undefined for a project's own path. */
export function absorbedBecause(path: string): AbsorbReason | undefined {
  if (path === "/robots.txt") return "robots";
  if (BROWSER_DEFAULTS.has(path)) return "browser_default";
  if (SCANNER_PREFIX.test(path)) return "scanner_prefix";
  return STATIC_EXTENSION.test(path) ? "static_ext" : undefined;
}
