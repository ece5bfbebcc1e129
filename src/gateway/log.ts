/** The gateway's log lines, in the shape pino gives them on the platform. */
import type { HttpResponse } from "../http/message.ts";
import type { Answer } from "./answer.ts";
import type { Passage } from "./edge.ts";

interface Line {
  readonly level: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly service: "flux-gateway";
}

export interface RequestLine extends Line {
  /** As sent. */
  readonly host: string | null;
  readonly tenantId: string | null;
  readonly mode: string | null;
  readonly status: number;
  readonly duration_ms: number;
  readonly rate_limited: boolean;
  /** The emulator keeps no cache of projects: `db` once one was found. */
  readonly cache: "db" | null;
}

export interface AbsorbedLine extends Line {
  readonly host: string | null;
  readonly path: string;
  readonly action: "absorbed";
  readonly reason: string;
}

export interface BlockedLine extends Line {
  readonly host: string | null;
  readonly path: string;
  readonly action: "ua_blocked";
  readonly ua: string;
}

export interface StartLine extends Line {
  readonly event: "gateway_started";
  readonly port: number;
}

export type LogLine = RequestLine | AbsorbedLine | BlockedLine | StartLine;

const INFO = 30;

const line = (time: number): Line => ({ level: INFO, time, service: "flux-gateway" });

export function startLine(time: number, port: number): StartLine {
  return { ...line(time), event: "gateway_started", port };
}

/** Undefined for what the platform does not log: health checks and the missing secret. */
export function requestLine(
  request: { readonly host: string | null; readonly path: string },
  result: Answer | Passage,
  response: HttpResponse,
  time: number,
  ms: number,
): LogLine | undefined {
  const step = "step" in result ? result.step : undefined;
  const code = step?.code ?? "";
  const { host, path } = request;
  if (code.startsWith("edge.health") || code === "project.secret-missing") return undefined;
  if (code === "edge.bot") {
    return { ...line(time), host, path, action: "ua_blocked", ua: String(step?.evidence["userAgent"]) };
  }
  if (code === "edge.robots" || code === "edge.browser-default" || code === "edge.absorbed") {
    return { ...line(time), host, path, action: "absorbed", reason: String(step?.evidence["reason"]) };
  }
  const { project } = result;
  return {
    ...line(time),
    host,
    tenantId: project?.projectId ?? null,
    mode: project?.mode ?? null,
    status: response.status,
    duration_ms: Math.round(ms),
    rate_limited: code === "limits.rate",
    cache: project === undefined ? null : "db",
  };
}
