import { BoundedMap } from "../../cache/bounded-map.ts";
import type { HeaderList } from "../../http/message.ts";
import { jsonString } from "../haskell.ts";
import { headerText } from "../request/bytes.ts";

/** Texts that are their own JSON, ASCII with nothing in it to escape, each followed by a NUL. */
const PLAIN = /^[ !#-[\]-~\0]*$/;

/** A client sends the same fields with request after request, and the traces of those then share the text. */
const known = new BoundedMap<string, string>(200);
const MAX_LENGTH = 4000;

/**
 * Header fields or cookies as the JSON object that PostgREST writes into a setting; of a name sent several times the last
 * counts. Policies may look at the text. The order of keys is PostgREST's only by chance: it has none.
 * @throws PgrstError the web server's 500 for what is not UTF-8
 */
export function encodeTexts(pairs: HeaderList): string {
  // With their number no NUL within a text can pass for one at its end.
  let all = `${pairs.length}\0`;
  for (const [name, text] of pairs) all += `${name}\0${text}\0`;
  const before = known.get(all);
  if (before !== undefined) return before;
  const isPlain = PLAIN.test(all) && all.split("\0").length === 2 * pairs.length + 2;
  const json = toJson(pairs, isPlain ? quoted : (text) => jsonString(headerText(text)));
  if (isPlain && all.length <= MAX_LENGTH) known.set(all, json);
  return json;
}

function toJson(pairs: HeaderList, encode: (text: string) => string): string {
  const texts = new Map<string, string>();
  for (const [name, text] of pairs) texts.set(encode(name), encode(text));
  let json = "";
  for (const [name, text] of texts) json += `${json === "" ? "" : ","}${name}:${text}`;
  return `{${json}}`;
}

const quoted = (text: string): string => `"${text}"`;
