/** What must never leave the process in a trace: whole tokens, secrets, passwords. */
import { type HeaderList, target } from "../http/message.ts";
import type { Trace } from "./trace.ts";

const secretHeaders = new Set(["authorization", "apikey", "cookie", "set-cookie", "proxy-authorization"]);

/** `Bearer eyJ…` becomes `Bearer <token, 412 characters>`: enough to tell shapes apart, nothing to steal. */
function redactHeaders(headers: HeaderList): HeaderList {
  return headers.map(([name, value]) =>
    secretHeaders.has(name.toLowerCase()) ? [name, redactCredential(value)] : [name, value],
  );
}

function redactCredential(value: string): string {
  const [scheme, ...rest] = value.split(" ");
  if (rest.length === 0) return `<${value.length} characters>`;
  return `${scheme} <${rest.join(" ").length} characters>`;
}

/** A JSON Web Token anywhere in a text: three base64url parts, the first of them beginning `{"`. */
const tokenLike = /eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g;

/** A text without the tokens in it. */
export function redactText(text: string): string {
  return text.includes("eyJ") ? text.replace(tokenLike, (token) => `<token, ${token.length} characters>`) : text;
}

/** A client may nest thousands of embeds; neither a reader nor `JSON.stringify`'s call stack goes that far down. */
const DEEPEST = 200;

/** Evidence and SQL parameters as they may be shown: nested text is searched for tokens, buffers become text. */
export const redactValue = (value: unknown): unknown => redacted(value, 0);

function redacted(value: unknown, depth: number): unknown {
  if (typeof value === "string") return redactText(value);
  if (Buffer.isBuffer(value)) return redactText(value.toString("utf8"));
  if (typeof value === "bigint") return value.toString();
  if (value === null || typeof value !== "object") return value;
  if (depth === DEEPEST) return "…";
  if (Array.isArray(value) || value instanceof Set) return [...value].map((inner) => redacted(inner, depth + 1));
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(entries.map(([key, inner]) => [key, redacted(inner, depth + 1)]));
}

/** Characters of a body that are kept. */
const LONGEST_BODY = 10_000;

/** A whole trace as plain JSON data, fit to be kept or shown. */
export function redactTrace({ request, response, steps, stepTimes = [], ...about }: Trace): Record<string, unknown> {
  const timeOf = (index: number) => (Number.isFinite(stepTimes[index]) ? { ms: stepTimes[index] } : {});
  return {
    ...about,
    request: {
      method: request.method,
      target: redactValue(target(request)),
      headers: redactHeaders(request.headers),
      body: redactBody(request.body),
    },
    steps: steps.map(({ evidence, ...step }, index) => ({
      ...step,
      ...timeOf(index),
      evidence: redactValue(evidence),
    })),
    response: {
      status: response.status,
      headers: redactHeaders(response.headers),
      body: redactBody(response.body),
    },
  };
}

function redactBody(body: Buffer | string): unknown {
  const text = body.toString();
  return redactValue(text.length > LONGEST_BODY ? `${text.slice(0, LONGEST_BODY)}…` : text);
}
