/** JSON bodies, as strict as PostgREST's decoder. */
import { invalidBody } from "../errors/catalogue.ts";
import { readJson } from "../json-reader.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @throws PgrstError PGRST102; the real one does not say either what is wrong */
export function parseJson(body: Buffer): unknown {
  try {
    const text = decoder.decode(body);
    const value: unknown = JSON.parse(text);
    if (hasLoneSurrogate(text)) throw new SyntaxError("lone surrogate");
    return value;
  } catch {
    return parseLoosely(body);
  }
}

/** What only the real decoder lets pass: control characters in a string, behind an escape or a character that is not ASCII. */
function parseLoosely(body: Buffer): unknown {
  try {
    return JSON.parse(readJson(body));
  } catch {
    throw invalidBody("Empty or invalid json");
  }
}

/** JavaScript lets half a surrogate pair pass, written as an escape; the real decoder does not. */
function hasLoneSurrogate(json: string): boolean {
  if (!/\\u[dD][89a-fA-F]/.test(json)) return false;
  let highEnds = -1;
  for (const found of json.matchAll(/\\(?:u([0-9a-fA-F]{4})|.)/g)) {
    const unit = Number.parseInt(found[1] ?? "0", 16);
    const isLow = unit >= 0xdc00 && unit <= 0xdfff;
    if (highEnds < 0 ? isLow : !isLow || highEnds !== found.index) return true;
    highEnds = unit >= 0xd800 && unit < 0xdc00 ? found.index + found[0].length : -1;
  }
  return highEnds >= 0;
}
