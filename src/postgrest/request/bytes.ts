/**
 * Bytes of a request's text, one character each: so Node hands paths, queries and header fields over. Requests made in process
 * may hold any character, which then stands for its UTF-8.
 */
import { isUtf8 } from "node:buffer";
import { somethingWentWrong } from "../errors/catalogue.ts";

const isAscii = (text: string): boolean => !/[^\x00-\x7f]/.test(text);

export const bytesOf = (text: string): string =>
  /[^\x00-\xff]/.test(text) ? Buffer.from(text, "utf8").toString("latin1") : text;

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @throws PgrstError the web server's 500: PostgREST does not expect anything but UTF-8 here */
export function decodeUtf8(bytes: string | Uint8Array): string {
  if (typeof bytes === "string" && isAscii(bytes)) return bytes;
  try {
    return strict.decode(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  } catch {
    throw somethingWentWrong();
  }
}

/** The byte at which a text stops being UTF-8: that of the character that is broken or cut off. */
export function firstInvalidByte(bytes: Buffer): number | undefined {
  if (isUtf8(bytes)) return undefined;
  // A replacement character that was sent as such stands for three bytes that are in order.
  let at = 0;
  for (const char of bytes.toString("utf8")) {
    const size = Buffer.byteLength(char);
    if (char === "\ufffd" && bytes.subarray(at, at + 3).toString("latin1") !== "\xef\xbf\xbd") break;
    at += size;
  }
  return bytes[at];
}

/** A well-formed character of more than one byte, or else a single byte. */
const UNIT =
  /[\xc2-\xdf][\x80-\xbf]|(?:\xe0[\xa0-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]|\xed[\x80-\x9f])[\x80-\xbf]|(?:\xf0[\x90-\xbf]|[\xf1-\xf3][\x80-\xbf]|\xf4[\x80-\x8f])[\x80-\xbf]{2}|[\x80-\xff]/g;
const REPLACEMENT = "\xef\xbf\xbd";

/** What is no UTF-8 becomes U+FFFD, byte by byte; Node alone has one for all bytes of a character that is cut off. */
export function decodeLoosely(bytes: string): string {
  if (isAscii(bytes)) return bytes;
  const sent = Buffer.from(bytes, "latin1");
  if (isUtf8(sent)) return sent.toString("utf8");
  const whole = bytes.replace(UNIT, (unit) => (unit.length === 1 ? REPLACEMENT : unit));
  return Buffer.from(whole, "latin1").toString("utf8");
}

/** A header field's value as text. @throws PgrstError see `decodeUtf8` */
export const headerText = (value: string): string => decodeUtf8(bytesOf(value));

/** Percent-encoding of all but RFC 3986's unreserved characters; of the text's UTF-8, where it is any. */
export const percentEncode = (text: string): string =>
  /[^\w.~-]/.test(text)
    ? encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    : text;

/** Undoes percent-encoding; what is no proper escape stays as it is. */
export function percentDecode(bytes: string, plusIsBlank: boolean): string {
  const blanks = plusIsBlank ? bytes.replaceAll("+", " ") : bytes;
  if (!blanks.includes("%")) return blanks;
  return blanks.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
