/** Responses of the identity provider. */
import type { HeaderList, HttpResponse } from "../http/message.ts";

/** JSON with exactly `application/json`: with a charset, @clerk/backend hands the body on as text, unread. */
export function json(body: unknown, status = 200, headers: HeaderList = []): HttpResponse {
  return { status, headers: [["Content-Type", "application/json"], ...headers], body: JSON.stringify(body) };
}

export function html(body: string, status = 200, headers: HeaderList = []): HttpResponse {
  return {
    status,
    headers: [["Content-Type", "text/html; charset=utf-8"], ["Cache-Control", "no-store"], ...headers],
    body,
  };
}

export function redirect(location: string, status: 303 | 307, headers: HeaderList = []): HttpResponse {
  return { status, headers: [["Location", location], ["Cache-Control", "no-store"], ...headers], body: "" };
}
