/** From a trap's words to a request. Pure. */
import { type HeaderList, type HttpRequest, splitTarget } from "../../http/message.ts";
import type { TrapRequest, TrapRequestCase } from "./schema.ts";

/** The request without the mistake: the same, with what the neighbour changes. */
export function neighbourRequest({ request, neighbour }: TrapRequestCase): TrapRequest {
  const changed = { ...request, ...neighbour.request };
  return Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== null)) as TrapRequest;
}

/** What to ask the identity provider for. */
export interface TrapToken {
  readonly user: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly drop?: readonly string[];
  /** Seconds. */
  readonly expiresIn?: number;
  readonly session?: boolean;
  readonly preset?: "decoded-secret";
  readonly secret?: string;
}

/** The token of a trap's request; undefined when it has none. `otherSecret` is the one of the project's other mode. */
export function trapToken(request: TrapRequest, otherSecret: string): TrapToken | undefined {
  const { as: user, claims, drop, expiresIn, session, signedWith } = request;
  if (user === undefined) return undefined;
  return {
    user,
    ...(claims === undefined ? {} : { claims }),
    ...(drop === undefined ? {} : { drop }),
    ...(expiresIn === undefined ? {} : { expiresIn }),
    ...(session === undefined ? {} : { session }),
    ...(signedWith === "base64-decoded" ? { preset: "decoded-secret" } : {}),
    ...(signedWith === "other-mode" ? { secret: otherSecret } : {}),
  };
}

/** `token` is what comes after `Bearer`; undefined: nothing does. */
export function trapHttpRequest(request: TrapRequest, token: string | undefined): HttpRequest {
  const body = bodyOf(request.body);
  const typed = Object.keys(request.headers ?? {}).some((name) => name.toLowerCase() === "content-type");
  const headers: HeaderList = [
    ...(token === undefined ? [] : [["Authorization", `Bearer ${token}`] as const]),
    ...(body.length === 0
      ? []
      : ([
          ...(typed ? [] : [["Content-Type", "application/json"] as const]),
          ["Content-Length", String(body.length)],
        ] as const)),
    ...Object.entries(request.headers ?? {}),
  ];
  return { method: request.method ?? "GET", ...splitTarget(request.path), headers, body };
}

const bodyOf = (body: unknown): Buffer =>
  Buffer.from(body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body));
