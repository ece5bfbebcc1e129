/** The platform's limit for one pushed file. */
import { type PushInput, PushRefused } from "./types.ts";

/** UTF-8 bytes. */
const MAX_SQL_BYTES = 4 * 1024 * 1024;

export function refuseSize(input: PushInput): void {
  if (Buffer.byteLength(input.sql) <= MAX_SQL_BYTES) return;
  throw new PushRefused(`${input.name} is larger than 4 MiB (server limit for flux push).`, {
    hint: "Split it: the files of a directory are pushed one after the other.",
    file: input.shown,
  });
}
