/** Recorded requests with something broken in them, and requests that never were any. */
import type { HeaderList, HttpRequest } from "../../src/http/message.ts";
import { headers } from "./headers.ts";
import type { Random } from "./random.ts";
import type { Surroundings } from "./surroundings.ts";
import { encode, hostileText } from "./values.ts";

export function mutatedRequest(random: Random, around: Surroundings): HttpRequest {
  let request = random.pick(around.recorded);
  for (let left = 1 + random.below(3); left > 0; left -= 1) request = mutate(random, around, request);
  return request;
}

function mutate(random: Random, around: Surroundings, request: HttpRequest): HttpRequest {
  const other = random.pick(around.recorded);
  switch (random.below(8)) {
    case 0:
      return { ...request, method: other.method };
    case 1:
      return { ...request, path: other.path };
    case 2:
      return { ...request, query: [request.query, other.query].filter((part) => part !== "").join("&") };
    case 3:
      return { ...request, headers: mixed(random, request.headers, other.headers) };
    case 4:
      return {
        ...request,
        body: random.chance(0.5) ? other.body : Buffer.from(broken(random, request.body.toString("latin1")), "latin1"),
      };
    case 5:
      return { ...request, path: `/${broken(random, request.path.slice(1))}` };
    default:
      return { ...request, query: broken(random, request.query) };
  }
}

const mixed = (random: Random, own: HeaderList, others: HeaderList): HeaderList => [
  ...own.filter(() => random.chance(0.8)),
  ...others.filter(() => random.chance(0.5)),
];

/** A piece is left out, said twice, swapped for another or for something the client made up. */
function broken(random: Random, text: string): string {
  const from = random.below(text.length + 1);
  const to = Math.min(text.length, from + random.below(12));
  const piece = text.slice(from, to);
  const middle = random.pick([
    () => "",
    () => piece + piece,
    () => encode(random, hostileText(random)),
    () => String.fromCharCode(random.below(random.chance(0.9) ? 128 : 256)),
    () =>
      random.pick(["(", ")", ",", ".", "&", "=", "%22", "%00", "%FF", "not.", "::", "->", "...", "!inner", "*", ":"]),
  ])();
  return text.slice(0, from) + middle + text.slice(to);
}

/** Bytes without a meaning where a request would have one. */
export function randomRequest(random: Random, around: Surroundings): HttpRequest {
  const bytes = (most: number): string => random.bytes(random.below(most)).toString("latin1");
  return {
    method: random.chance(0.7) ? random.pick(["GET", "POST", "PATCH", "DELETE", "PUT"]) : bytes(6),
    path: `/${random.chance(0.5) ? random.pick(around.words.relations).name : bytes(12)}`,
    query: bytes(60),
    headers: [...headers(random, around, "GET", null), ...random.list(0, 2, () => [bytes(8), bytes(20)] as const)],
    body: random.bytes(random.below(80)),
  };
}
