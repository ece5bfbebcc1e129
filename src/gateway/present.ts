/** How v2 hands an upstream's answer to the client. */
import { remember } from "../cache/remember.ts";
import type { HttpResponse } from "../http/message.ts";
import { HOP_BY_HOP, IDENTITY } from "./forward.ts";

/** Lower case; empty for a field that does not pass. */
const passingName = remember((field) => {
  const name = field.toLowerCase();
  return HOP_BY_HOP.has(name) || IDENTITY.has(name) ? "" : name;
});

const WITHOUT_BODY = new Set([101, 204, 205, 304]);

/**
 * Status and body pass; a 205 loses its body. Names become lower case, repeated fields one (of several `set-cookie` the last
 * survives), and an answer that could have a body but no content type gains the framework's: an empty 201 is `text/plain`.
 */
export function presentResponse(response: HttpResponse, method: string): HttpResponse {
  const headers: [name: string, value: string][] = [];
  const fieldNamed = (wanted: string) => headers.find(([name]) => name === wanted);
  for (const [field, value] of response.headers) {
    const name = passingName(field);
    if (name === "") continue;
    const before = fieldNamed(name);
    if (before === undefined) headers.push([name, value]);
    else before[1] = name === "set-cookie" ? value : `${before[1]}, ${value}`;
  }
  const empty = WITHOUT_BODY.has(response.status);
  const canHaveBody = method !== "HEAD" && !empty;
  if (canHaveBody && fieldNamed("content-type") === undefined) {
    headers.push(["content-type", "text/plain; charset=UTF-8"]);
  }
  return { status: response.status, headers, body: empty ? "" : response.body };
}
