import { rememberFor } from "../cache/remember.ts";
import type { HttpRequest } from "./message.ts";

/**
 * A pure function of a request that remembers what it made of those without a body: such a one is the same object whenever a
 * client sends it (`readHead`). Of others each is an object of its own, for which nothing need be kept.
 */
export function rememberForRequest<T extends object>(
  compute: (request: HttpRequest) => T,
): (request: HttpRequest) => T {
  const again = rememberFor(compute);
  return (request) => (request.body.length === 0 ? again(request) : compute(request));
}
