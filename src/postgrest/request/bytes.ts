/**
 * Bytes of a request's text. Node hands paths, queries and header fields over byte by byte (Latin-1); requests made in process
 * may hold any character, which then stands for its UTF-8.
 */
import { somethingWentWrong } from "../errors/catalogue.ts";

export const bytesOf = (text: string): Buffer => Buffer.from(text, /^[\x00-\xff]*$/.test(text) ? "latin1" : "utf8");

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @throws PgrstError the web server's 500: PostgREST does not expect anything but UTF-8 here */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    throw somethingWentWrong();
  }
}

/** A header field's value as text. @throws PgrstError see `decodeUtf8` */
export const headerText = (value: string): string =>
  /^[\x00-\x7f]*$/.test(value) ? value : decodeUtf8(bytesOf(value));

const hexDigit = (byte: number | undefined): number => {
  if (byte === undefined) return -1;
  return "0123456789abcdef".indexOf(String.fromCharCode(byte).toLowerCase());
};

/** Undoes percent-encoding; what is no proper escape stays as it is. */
export function percentDecode(bytes: Uint8Array, plusIsBlank: boolean): Buffer {
  const decoded = Buffer.alloc(bytes.length);
  let length = 0;
  for (let index = 0; index < bytes.length; index++) {
    let byte = bytes[index] ?? 0;
    const [high, low] = byte === 0x25 ? [hexDigit(bytes[index + 1]), hexDigit(bytes[index + 2])] : [-1, -1];
    if (high >= 0 && low >= 0) {
      byte = high * 16 + low;
      index += 2;
    } else if (byte === 0x2b && plusIsBlank) byte = 0x20;
    decoded[length++] = byte;
  }
  return decoded.subarray(0, length);
}
