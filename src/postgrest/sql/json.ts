import { rememberFor } from "../../cache/remember.ts";
import type { HeaderList } from "../../http/message.ts";
import { jsonString } from "../haskell.ts";
import { headerText } from "../request/bytes.ts";

/** Texts that are their own JSON: ASCII, with nothing in it to escape. */
const PLAIN = /^[ !#-[\]-~]*$/;

/**
 * Header fields or cookies as the JSON object that PostgREST writes into a setting; of a name sent several times the last
 * counts. Policies may look at the text. The order of keys is PostgREST's only by chance: it has none.
 * @throws PgrstError the web server's 500 for what is not UTF-8
 */
export const encodeTexts = rememberFor((pairs: HeaderList): string => {
  let all = "";
  for (const [name, text] of pairs) all += name + text;
  const encode = PLAIN.test(all) ? quoted : (text: string) => jsonString(headerText(text));
  const texts = new Map<string, string>();
  for (const [name, text] of pairs) texts.set(encode(name), encode(text));
  return `{${Array.from(texts, ([name, text]) => `${name}:${text}`).join(",")}}`;
});

const quoted = (text: string): string => `"${text}"`;
