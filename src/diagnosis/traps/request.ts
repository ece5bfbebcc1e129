/** From a trap's words to a request, and from an answer to whether it is the one expected. Pure. */
import { type HeaderList, type HttpRequest, type HttpResponse, header, splitTarget } from "../../http/message.ts";
import type { TrapAnswer, TrapRequest, TrapRequestCase } from "./schema.ts";

/** Makes the credential of a request: the token's text, or undefined for none. */
export type TrapCredential = (request: TrapRequest) => string | undefined;

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

export function trapHttpRequest(request: TrapRequest, credential: TrapCredential): HttpRequest {
  const token = credential(request);
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

/** What is not as expected, one sentence each; `schema` takes the place of `{schema}`. */
export function answerProblems(expected: TrapAnswer, response: HttpResponse, schema: string): string[] {
  const text = response.body.toString();
  const body = parsed(text);
  const problems: string[] = [];
  const expect = (what: string, wanted: unknown, found: unknown) => {
    if (!holds(wanted, found)) problems.push(`${what} is ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}.`);
  };
  expect("The status", expected.status, response.status);
  if (expected.code !== undefined) expect("The code", expected.code, isRecord(body) ? body["code"] : undefined);
  if (expected.rows !== undefined)
    expect("The number of rows", expected.rows, Array.isArray(body) ? body.length : text);
  if (expected.body !== undefined) {
    const wanted: unknown = JSON.parse(JSON.stringify(expected.body).replaceAll("{schema}", schema));
    expect("The body", wanted, body ?? text);
  }
  for (const [name, value] of Object.entries(expected.headers ?? {})) {
    expect(`The header ${name}`, value.replaceAll("{schema}", schema), header(response.headers, name));
  }
  return problems;
}

/** Objects are compared by the members that are wanted, everything else as a whole. */
function holds(wanted: unknown, found: unknown): boolean {
  if (Array.isArray(wanted)) {
    return Array.isArray(found) && wanted.length === found.length && wanted.every((one, at) => holds(one, found[at]));
  }
  if (!isRecord(wanted)) return wanted === found;
  return isRecord(found) && Object.entries(wanted).every(([key, value]) => holds(value, found[key]));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
