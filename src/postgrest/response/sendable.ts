/**
 * Whether HTTP can carry what is to be sent: what SQL sets (`response.status`, `response.headers`, what is raised), and names out
 * of the URL.
 */
import { type HeaderList, type HttpResponse, withHeaders } from "../../http/message.ts";
import { internalError } from "../errors/catalogue.ts";
import { errorResponse } from "../errors/response.ts";

const TOKEN = /^[!#$%&'*+\-.0-9A-Z^_`a-z|~]+$/;
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;

/** Whether HTTP can carry the response as it is. Nearly always it can, so all fields are looked at together. */
export function isPlain({ status, headers }: HttpResponse): boolean {
  let [names, values] = ["", ""];
  for (const [name, value] of headers) {
    if (name === "") return false;
    names += name;
    values += value;
  }
  return isStatus(status) && TOKEN.test(names) && /^[\t -~]*$/.test(values);
}

const isStatus = (status: number): boolean => status >= 100 && status <= 999;

/**
 * Line breaks within a header's value are folded, as PostgREST's web server folds them. What no client could read is answered
 * with PGRSTX00: PostgREST writes it out all the same, and breaks the answer.
 *
 * @param response header values as bytes, one character each
 */
export function sendable(response: HttpResponse): HttpResponse {
  const { status } = response;
  if (!isStatus(status)) return refusal(`SQL set the response status ${status}. HTTP knows 100 to 999.`);
  const headers: HeaderList = response.headers.map(([name, value]) => [name, folded(value)] as const);
  const broken = headers.find(([name, value]) => CONTROL.test(value) || !TOKEN.test(name));
  if (broken === undefined) return withHeaders(response, headers);
  return refusal(
    `The response header ${JSON.stringify(broken[0])}, set by SQL or made of a name in the URL, cannot be carried by HTTP. A name is made of letters, digits and dashes, and a value holds no control characters.`,
  );
}

const refusal = (message: string): HttpResponse => errorResponse(internalError(message));

/** A line that goes on after a blank is part of the one before (RFC 9112, section 5.2), so that a blank means the same. */
function folded(value: string): string {
  const [first = "", ...more] = value.replaceAll("\r", "").split("\n");
  return [first, ...more.filter((line) => line !== "").map((line) => line.replace(/^[ \t]+/, ""))].join(" ");
}
