/**
 * CORS as clerk-js needs it: every call but `/dev_browser` is sent with credentials, so the exact origin has to be
 * echoed, on errors too; `*` would break them all.
 */
import type { HeaderList, HttpResponse } from "../http/message.ts";

export function withCors(response: HttpResponse, origin: string | undefined): HttpResponse {
  if (origin === undefined) return response;
  const headers: HeaderList = [
    ...response.headers,
    ["Access-Control-Allow-Origin", origin],
    ["Access-Control-Allow-Credentials", "true"],
    ["Access-Control-Expose-Headers", "Clerk-Db-Jwt"],
    ["Vary", "Origin"],
  ];
  return { ...response, headers };
}

/** clerk-js never needs a preflight; other clients of the emulator's own JSON endpoints do. */
export function preflight(): HttpResponse {
  return {
    status: 204,
    headers: [
      ["Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE"],
      ["Access-Control-Allow-Headers", "Authorization, Content-Type"],
      ["Access-Control-Max-Age", "600"],
    ],
    body: "",
  };
}
