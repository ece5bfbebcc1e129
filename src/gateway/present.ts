/** How v2 hands an upstream's answer to the client. */
import type { HeaderList, HttpResponse } from "../http/message.ts";
import { HOP_BY_HOP, IDENTITY } from "./forward.ts";

const WITHOUT_BODY = new Set([101, 204, 205, 304]);

/**
 * Status and body pass. Names become lower case, repeated fields one (of several `set-cookie` the last survives), and an
 * answer that could have a body but no content type gains the framework's: an empty 201 is `text/plain`.
 */
export function presentResponse(response: HttpResponse, method: string): HttpResponse {
  const fields = new Map<string, string>();
  for (const [field, value] of response.headers) {
    const name = field.toLowerCase();
    if (HOP_BY_HOP.has(name) || IDENTITY.has(name)) continue;
    const before = fields.get(name);
    fields.set(name, before === undefined || name === "set-cookie" ? value : `${before}, ${value}`);
  }
  const canHaveBody = method !== "HEAD" && !WITHOUT_BODY.has(response.status);
  if (canHaveBody && !fields.has("content-type")) fields.set("content-type", "text/plain; charset=UTF-8");
  const headers: HeaderList = [...fields];
  return { status: response.status, headers, body: response.body };
}
