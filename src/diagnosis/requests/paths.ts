/** Paths as PostgREST reads them. Pure. */
import type { Trace } from "../../trace/trace.ts";
import type { Finding } from "../types.ts";

export interface Resource {
  readonly kind: "table" | "function";
  readonly name: string;
}

/** The path PostgREST saw: v1's edge has cut its prefix off. */
const pathSeen = ({ mode, request }: Trace): string =>
  mode === "v1" && request.path.startsWith("/rest/v1") ? request.path.slice("/rest/v1".length) || "/" : request.path;

/** Undefined for paths that are neither a table's nor a function's. */
export function resourceOf(trace: Trace): Resource | undefined {
  const [, first = "", second, ...more] = pathSeen(trace).split("/");
  if (first === "" || more.length > 0) return undefined;
  if (first === "rpc" && second) return { kind: "function", name: decode(second) };
  return second === undefined ? { kind: "table", name: decode(first) } : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A bare 404 that the path explains by itself. */
export function pathFinding(trace: Trace, schema: string): Finding | undefined {
  const { path } = trace.request;
  if (trace.response.status !== 404) return undefined;
  if (trace.mode === "v2" && path.startsWith("/rest/v1")) {
    const rest = path.slice("/rest/v1".length) || "/";
    return {
      code: "request.rest-prefix",
      layer: "request",
      title: "The path begins with /rest/v1, and the v2 gateway forwards it as it is.",
      because: [
        "PostgREST knows no resource of that path. v1's edge cuts the prefix off, v2 does not.",
        "supabase-js adds /rest/v1 to its URL by itself; postgrest-js does not.",
      ],
      fix: { text: `Ask for ${rest}.` },
    };
  }
  if (resourceOf(trace) !== undefined) return undefined;
  if (pathSeen(trace) === "/")
    return {
      code: "request.method",
      layer: "request",
      title: `The path / describes the API and takes GET and HEAD only, not ${trace.request.method}.`,
      because: [
        `A resource is one segment, the name of a table or view of ${schema}, or /rpc/ and the name of a function.`,
      ],
      fix: { text: "Put the table's name into the path: /table." },
    };
  const slash = path.endsWith("/");
  return {
    code: "request.path",
    layer: "request",
    title: slash
      ? `The path ${path} ends with a slash; PostgREST takes it for another path than ${path.replace(/\/+$/, "")}.`
      : `PostgREST has no path ${path}.`,
    because: [
      `A resource is one segment, the name of a table or view of ${schema}, or /rpc/ and the name of a function.`,
    ],
    fix: { text: slash ? `Ask for ${path.replace(/\/+$/, "")}.` : "Select by filters: /table?id=eq.1." },
  };
}
