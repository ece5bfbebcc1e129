/** What the HTTP server of the v2 gateway knows for a method; any other word is no HTTP to it. */
import { METHODS } from "node:http";
import { type Answer, refused } from "./answer.ts";

const KNOWN: ReadonlySet<string> = new Set(METHODS);

/** 400 without a body, before any path, host or token is looked at. On a socket Node itself says so. */
export function unknownMethod(method: string): Answer | undefined {
  if (KNOWN.has(method)) return undefined;
  return refused("edge", "edge.method", { status: 400, headers: [], body: "" }, { method });
}
