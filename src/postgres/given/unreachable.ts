/** Why a given server let nobody in, by what the driver says of it. Pure. */
import { PostgresError } from "../errors.ts";
import { shownUrl } from "./location.ts";

/** Milliseconds; what listens there may be no Postgres, or a firewall may swallow what is sent. */
export const PATIENCE = 15_000;

interface Words {
  readonly what?: string;
  readonly why: string;
  readonly next: string;
}

const HERE = "(--postgres, or `postgres` in the configuration)";
const ESCAPES =
  "a special character in user or password must be percent-encoded (@ is %40, / is %2F, # is %23, : is %3A)";

/** By the `code` of Node or Postgres. */
const byCode: Readonly<Record<string, (message: string, url: URL) => Words>> = {
  ECONNREFUSED: (message) => ({
    why: `Nothing listens there (${message}).`,
    next: `Start that Postgres, or correct address and port of the URL ${HERE}.`,
  }),
  ENOTFOUND: unknownHost,
  EAI_AGAIN: unknownHost,
  ETIMEDOUT: noAnswer,
  EHOSTUNREACH: noAnswer,
  ENETUNREACH: noAnswer,
  "28P01": wrongPassword,
  "28000": (message, url) => ({
    what: `The Postgres at ${shownUrl(url.href)} does not let ${user(url)} in.`,
    why: `It says: ${message}.`,
    next: `Connect as its superuser postgres: correct user and password of the URL ${HERE}.`,
  }),
  "3D000": (_, url) => ({
    what: `The Postgres at ${shownUrl(url.href)} has no database ${decodeURIComponent(url.pathname.slice(1))}.`,
    why: "The URL names the database to connect to first; the project gets one of its own beside it.",
    next: `Name one that is there, such as /postgres, in the URL ${HERE}.`,
  }),
  "57P03": (message) => ({
    why: `It says: ${message}.`,
    next: "Wait until it is ready (pg_isready; in GitHub Actions the service's --health-cmd), and try again.",
  }),
  "53300": (message) => ({
    why: `It says: ${message}.`,
    next: "Close some of its connections, or raise its max_connections.",
  }),
};

/** Where there is no code. */
const bySentence: readonly (readonly [RegExp, (message: string, url: URL) => Words])[] = [
  [/^timeout expired/, noAnswer],
  [/password must be a (non-empty )?string/, wrongPassword],
  [
    /^Connection terminated unexpectedly/,
    () => ({
      why: "What listens there hung up before it said anything a Postgres says.",
      next: `Check that the port is that of a Postgres, and that a proxy or firewall lets it through ${HERE}.`,
    }),
  ],
  [
    /does not support SSL/,
    () => ({
      why: "The URL asks for an encrypted connection, and the server offers none.",
      next: "Leave sslmode out of the URL, or say sslmode=disable.",
    }),
  ],
];

const CERTIFICATE = /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_|ERR_TLS_)/;

export function unreachable(url: string, cause: unknown): PostgresError {
  const { message, code = "" } = cause as Error & { code?: string };
  const said = message || code || "nothing";
  const { what, ...words } = wordsFor(said, code, new URL(url));
  return new PostgresError(
    "URL_UNUSABLE",
    { what: what ?? `The Postgres at ${shownUrl(url)} cannot be reached.`, ...words },
    cause,
  );
}

function wordsFor(message: string, code: string, url: URL): Words {
  const known = Object.hasOwn(byCode, code) ? byCode[code] : bySentence.find(([said]) => said.test(message))?.[1];
  if (known !== undefined) return known(message, url);
  if (CERTIFICATE.test(code))
    return {
      why: `Its certificate is not trusted here: ${message}.`,
      next: "Name its authority (sslrootcert=…), or say sslmode=no-verify in the URL.",
    };
  return { why: `${message}.`, next: `Check address, user and password of the URL ${HERE}.` };
}

function unknownHost(message: string, url: URL): Words {
  return {
    why: `Nobody knows the host ${url.hostname} (${message}).`,
    next: `Correct the host of the URL ${HERE}; ${ESCAPES}.`,
  };
}

function noAnswer(message: string): Words {
  return {
    why: /timeout/.test(message)
      ? `It did not answer within ${PATIENCE / 1000} s.`
      : `It does not answer (${message}).`,
    next: `Check address and port of the URL ${HERE}, and whether a firewall or VPN is in the way.`,
  };
}

function wrongPassword(message: string, url: URL): Words {
  const none = url.password === "";
  return {
    what: `The Postgres at ${shownUrl(url.href)} does not let ${user(url)} in.`,
    why: none ? "It asks for a password, and the URL has none." : `It says: ${message}.`,
    next: none
      ? `Put it into the URL ${HERE}: postgres://postgres:password@host/postgres; ${ESCAPES}.`
      : `Correct the password of the URL ${HERE}; ${ESCAPES}.`,
  };
}

const user = ({ username }: URL): string => decodeURIComponent(username) || "this user";
