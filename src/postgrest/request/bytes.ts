/**
 * Bytes of a request's text, one character each: so Node hands paths, queries and header fields over. Requests made in process
 * may hold any character, which then stands for its UTF-8.
 */
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

/** What is no UTF-8 becomes U+FFFD. */
export const decodeLoosely = (bytes: string): string =>
  isAscii(bytes) ? bytes : Buffer.from(bytes, "latin1").toString("utf8");

/** A header field's value as text. @throws PgrstError see `decodeUtf8` */
export const headerText = (value: string): string => decodeUtf8(bytesOf(value));

/** Undoes percent-encoding; what is no proper escape stays as it is. */
export function percentDecode(bytes: string, plusIsBlank: boolean): string {
  const blanks = plusIsBlank ? bytes.replaceAll("+", " ") : bytes;
  if (!blanks.includes("%")) return blanks;
  return blanks.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
