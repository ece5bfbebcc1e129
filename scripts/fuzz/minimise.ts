/** A smaller request with the same fault. */
import type { HttpRequest } from "../../src/http/message.ts";

const TRIES = 150;

/** @param fails whether the request still shows the fault */
export async function minimise(
  request: HttpRequest,
  fails: (smaller: HttpRequest) => Promise<boolean>,
): Promise<HttpRequest> {
  let smallest = request;
  let tries = 0;
  for (let progress = true; progress; ) {
    progress = false;
    for (const smaller of reductions(smallest)) {
      if (tries >= TRIES) return smallest;
      tries += 1;
      if (!(await fails(smaller))) continue;
      smallest = smaller;
      progress = true;
      break;
    }
  }
  return smallest;
}

function* reductions(request: HttpRequest): Generator<HttpRequest> {
  const { query, headers, body } = request;
  if (body.length > 0) yield { ...request, body: Buffer.alloc(0) };
  for (const index of headers.keys()) yield { ...request, headers: headers.toSpliced(index, 1) };
  const parameters = query.split("&");
  if (parameters.length > 1) {
    for (const index of parameters.keys()) yield { ...request, query: parameters.toSpliced(index, 1).join("&") };
  }
  for (let size = query.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < query.length; at += size)
      yield { ...request, query: query.slice(0, at) + query.slice(at + size) };
  }
}

/** One line that says all of it. */
export const show = ({ method, path, query, headers, body }: HttpRequest): string => {
  const text = body.toString("latin1");
  const line = JSON.stringify({ method, path, query, headers: headers.map((field) => field.join(": ")), body: text });
  return line.length > 3000 ? `${line.slice(0, 3000)}… (${line.length} characters)` : line;
};
