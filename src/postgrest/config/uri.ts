/** URIs by the letter of RFC 3986, which is stricter than what `URL` takes. */

export interface UriParts {
  readonly scheme: string;
  /** null: the URI has none, as in `urn:x`. */
  readonly authority: { readonly userInfo: string; readonly host: string; readonly port: string } | null;
  readonly query: string | null;
  readonly fragment: string | null;
}

const pct = "%[0-9A-Fa-f]{2}";
const plain = "A-Za-z0-9\\-._~!$&'()*+,;=";
const name = `(?:[${plain}]|${pct})*`;
const chars = `(?:[${plain}:@/]|${pct})*`;
const more = `(?:[${plain}:@/?]|${pct})*`;
const authority = `(?:((?:[${plain}:]|${pct})*)@)?(\\[[0-9A-Za-z.:]+\\]|${name})(?::(\\d*))?`;
const pattern = new RegExp(
  `^([A-Za-z][A-Za-z0-9+.-]*):(?:(//)${authority}(?:/${chars})?|(?!//)${chars})(?:\\?(${more}))?(?:#(${more}))?$`,
);

/** null for what is no URI with a scheme. A port that is there but empty is `:`. */
export function parseUri(text: string): UriParts | null {
  const match = pattern.exec(text);
  if (match === null) return null;
  const [, scheme = "", slashes, userInfo = "", host = "", port, query, fragment] = match;
  return {
    scheme: scheme.toLowerCase(),
    authority: slashes === undefined ? null : { userInfo, host, port: port === "" ? ":" : (port ?? "") },
    query: query ?? null,
    fragment: fragment ?? null,
  };
}

/** Whether the text will do as `openapi-server-proxy-uri`: http or https, a host, a sensible port, no user, no query. */
export function isProxyUri(text: string): boolean {
  const uri = parseUri(text);
  if (uri === null || uri.fragment !== null || uri.query !== null || uri.authority === null) return false;
  const { userInfo, host, port } = uri.authority;
  const portFits = port === "" || (Number(port) > 0 && Number(port) < 65_536);
  return (uri.scheme === "http" || uri.scheme === "https") && userInfo === "" && host !== "" && portFits;
}
