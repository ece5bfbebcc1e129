/** URIs as PostgREST's library (network-uri) takes and shows them: RFC 3986, with a scheme. */
import { isIPv6 } from "node:net";

const PERCENT = "%[0-9A-Fa-f]{2}";
const PLAIN = "A-Za-z0-9\\-._~!$&'()*+,;=";
const SEGMENT = `(?:[${PLAIN}:@]|${PERCENT})`;
const USER = `((?:[${PLAIN}:]|${PERCENT})*@)?`;
const HOST = `(?:\\[([^\\]]*)\\]|(?:[${PLAIN}]|${PERCENT})*)`;
const PATH = `(?:/?${SEGMENT}+(?:/${SEGMENT}*)*|/)?`;
const TAIL = `(?:[/?]|${SEGMENT})*`;
const URI = new RegExp(
  `^[A-Za-z][A-Za-z0-9+.-]*:(?://${USER}${HOST}(?::\\d*)?(?:/${SEGMENT}*)*|${PATH})(?:\\?${TAIL})?(?:#${TAIL})?$`,
);
const FUTURE_ADDRESS = /^v[0-9A-Fa-f]+\.[A-Za-z0-9\-._~!$&'()*+,;=:]+$/;
const ZONE = new RegExp(`%25(?:[A-Za-z0-9\\-._~]|${PERCENT})+$`);

export function isUri(text: string): boolean {
  const parts = URI.exec(text);
  if (parts === null) return false;
  const address = parts[2];
  return address === undefined || FUTURE_ADDRESS.test(address) || isIPv6(address.replace(ZONE, ""));
}

/** The text of a URI, whose password is left out. */
export function showUri(text: string): string {
  const user = URI.exec(text)?.[1] ?? "";
  const [name = "", password] = user.split(/:(.*)/s);
  return password === undefined || password === "@" ? text : text.replace(`//${user}`, () => `//${name}:...@`);
}
