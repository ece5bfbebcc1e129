/** Access lines on stdout, everything else on stderr, as PostgREST does it. */
import { type HttpRequest, type HttpResponse, header, target } from "../../http/message.ts";
import type { LogLevel } from "../config/types.ts";
import type { Dialect } from "../dialect.ts";
import type { Observation, ObserveEngine } from "../observation.ts";
import { logMessages } from "./log-messages.ts";
import { olderLogMessages } from "./older-log-messages.ts";

type Write = (line: string) => void;

/** The least status that is logged as an access line. */
const accessFrom: Readonly<Record<LogLevel, number>> = { crit: 1000, error: 500, warn: 400, info: 0, debug: 0 };

/** Failed queries and timeouts are silent at `crit`, connections but at `debug`; the rest is always printed. */
export function serverLogger(
  level: LogLevel,
  write: Write,
  dialect: Dialect,
  now: () => Date = () => new Date(),
): ObserveEngine {
  let lastTimeout = Number.NEGATIVE_INFINITY;
  return (observation: Observation) => {
    const onError = observation.kind === "query-failed" || observation.kind === "pool-timeout";
    if (onError && level === "crit") return;
    if (observation.kind === "connection" && level !== "debug") return;
    if (observation.kind === "pool-timeout") {
      // A full pool times requests out by the hundred; one line in five seconds says it.
      if (now().getTime() - lastTimeout < 5000) return;
      lastTimeout = now().getTime();
    }
    const { version, fullVersion } = dialect;
    const messages = version === "12.0" ? olderLogMessages(observation, fullVersion) : logMessages(observation);
    for (const message of messages) write(`${logTime(now())}: ${message}\n`);
  };
}

export interface Access {
  readonly request: HttpRequest;
  readonly response: HttpResponse;
  /** Role the request ran as, null before that was known. */
  readonly role: string | null;
  readonly address: string;
  readonly httpVersion: string;
}

/** Apache's combined format, the role in the place of the user. */
export function accessLogger(level: LogLevel, write: Write, now: () => Date = () => new Date()) {
  return ({ request, response, role, address, httpVersion }: Access): void => {
    if (response.status < accessFrom[level]) return;
    // The size is what Content-Length says, which PostgREST leaves out unless a function sets it.
    const size = header(response.headers, "content-length") ?? "-";
    const referer = header(request.headers, "referer") ?? "";
    const agent = header(request.headers, "user-agent") ?? "";
    write(
      `${shownAddress(address)} - ${role ?? "-"} [${logTime(now())}] "${request.method} ${target(request)} HTTP/${httpVersion}" ` +
        `${response.status} ${size} "${quoted(referer)}" "${quoted(agent)}"\n`,
    );
  };
}

/** A unix socket has none; IPv4 that comes in by an IPv6 socket is shown as what it is. */
const shownAddress = (address: string): string => (address === "" ? "-" : address.replace(/^::ffff:/, ""));

/** A quote or a control character must not end the field, nor the line. */
const quoted = (text: string): string =>
  text.replace(/["\\\x00-\x1f\x7f]/g, (char) => (char === '"' || char === "\\" ? `\\${char}` : " "));

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** `24/Nov/2025:07:13:00 +0000`, in the time zone of the process. */
export function logTime(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const offset = -at.getTimezoneOffset();
  const zone = `${offset < 0 ? "-" : "+"}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`;
  const date = `${two(at.getDate())}/${months[at.getMonth()]}/${at.getFullYear()}`;
  return `${date}:${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())} ${zone}`;
}
