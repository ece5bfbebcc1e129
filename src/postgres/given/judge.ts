/** Whether a given server may be used. Pure. */
import { PostgresError } from "../errors.ts";
import { LOWEST_MAJOR, versionRemark, WANTED_MAJOR } from "../version.ts";
import { locationOf, shownUrl } from "./location.ts";
import type { Survey } from "./survey.ts";

export interface Wish {
  readonly url: string;
  readonly mode: string;
  /** The user knows what the server is. */
  readonly iKnow: boolean;
}

/** Bytes; an empty database has about 8 MB. */
const LARGE = 64_000_000;

/**
 * Returns what the user should be told. Throws `VERSION_MISMATCH`, `NOT_SUPERUSER`, `OTHER_MODE`, `URL_UNUSABLE`, and, unless the
 * user knows better, `LOOKS_LIKE_PRODUCTION`.
 */
export function judge(survey: Survey, wish: Wish): string[] {
  refuseUnusable(survey, wish);
  refuseOtherMode(survey, wish);
  const doubts = doubtsAbout(survey, wish.url);
  if (doubts.length > 0 && !wish.iKnow) {
    throw new PostgresError("LOOKS_LIKE_PRODUCTION", {
      what: `The Postgres at ${shownUrl(wish.url)} looks like somebody's own, so nothing was changed there.`,
      why: doubts.join(" "),
      next: "Give flux-dev a server of its own, or add --i-know if this one may be used: it makes databases and roles there.",
    });
  }
  const remark = versionRemark(survey.version);
  return [...doubts, ...(remark === undefined ? [] : [remark])];
}

function refuseUnusable({ version, user, superuser, standby }: Survey, { url }: Wish): void {
  const where = shownUrl(url);
  if (version.major < LOWEST_MAJOR) {
    throw new PostgresError("VERSION_MISMATCH", {
      what: `The Postgres at ${where} is version ${version.text}.`,
      why: `The platform runs ${WANTED_MAJOR}; below ${LOWEST_MAJOR} its SQL does not work.`,
      next: `Use a Postgres ${WANTED_MAJOR}.`,
    });
  }
  if (!superuser || user !== "postgres") {
    throw new PostgresError("NOT_SUPERUSER", {
      what: `The URL's user ${user} cannot be used.`,
      why: superuser
        ? "Schemas and grants of a Flux project belong to the role postgres, so it must be that one."
        : "It is no superuser, and roles that bypass row security cannot be made by others.",
      next: "Connect as the superuser postgres (on a server of your own: create role postgres superuser login password '…').",
    });
  }
  if (standby) {
    throw new PostgresError("URL_UNUSABLE", {
      what: `The Postgres at ${where} is a standby.`,
      why: "It repeats what another server does and cannot be written to.",
      next: "Use a server of its own for development.",
    });
  }
}

/** Roles belong to the whole server, and the modes disagree about them: v2 has no `authenticated` at all. */
function refuseOtherMode({ own }: Survey, { mode }: Wish): void {
  const other = own.find(({ mark }) => mark.mode !== mode);
  if (other === undefined) return;
  throw new PostgresError("OTHER_MODE", {
    what: `The given Postgres already serves ${other.mark.mode} (database ${other.name}), so it cannot serve ${mode}.`,
    why: "Roles belong to a whole server, and the same role is another one in each mode.",
    next: `Remove the other first (flux-dev down --purge in the directory of ${other.mark.project}), or give each mode a server: "postgres": {"v1": "postgres://…", "v2": "postgres://…"}.`,
  });
}

function doubtsAbout({ foreign, foreignObjects, foreignRoles, database }: Survey, url: string): string[] {
  const doubts: string[] = [];
  if (locationOf(url) === "elsewhere")
    doubts.push(`Its address, ${shownUrl(url)}, is neither this machine's nor the name of a private service.`);
  const large = foreign.filter(({ bytes }) => bytes > LARGE);
  if (large.length > 0) {
    const shown = large.map(({ name, bytes }) => `${name} (${Math.round(bytes / 1e6)} MB)`);
    doubts.push(`It holds data: ${shown.join(", ")}.`);
  }
  if (foreignObjects > 0)
    doubts.push(`The database ${database} holds tables, views or functions of somebody's (${foreignObjects}).`);
  const others = foreign.filter(({ name }) => name !== "postgres" && name !== database);
  if (others.length > 0) doubts.push(`It holds other databases: ${others.map(({ name }) => name).join(", ")}.`);
  if (foreignRoles.length > 0)
    doubts.push(`Roles of the platform's names exist already and would be changed: ${foreignRoles.join(", ")}.`);
  return doubts;
}
