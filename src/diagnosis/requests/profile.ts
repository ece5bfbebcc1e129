/** PGRST106: the schema asked for is not among those PostgREST shows. */
import { header } from "../../http/message.ts";
import type { ErrorBody } from "../../postgrest/errors/pgrst-error.ts";
import type { Trace } from "../../trace/trace.ts";
import type { Finding } from "../types.ts";
import { listed } from "../words.ts";
import type { NameQuestion } from "./names.ts";

/** The schema a client of v2 asked for in vain: the gateway overwrites both profile headers. */
export function overwrittenProfile({ mode, request }: Trace, own: string): string | undefined {
  if (mode !== "v2") return undefined;
  const asked = header(request.headers, "accept-profile") ?? header(request.headers, "content-profile");
  return asked === own ? undefined : asked;
}

export async function profileFinding(
  { trace, session, names }: NameQuestion,
  { message }: ErrorBody,
): Promise<Finding> {
  const exposed = (/following: (.+)$/.exec(message)?.[1] ?? "").split(", ");
  const { headers } = trace.request;
  const asked =
    trace.mode === "v2"
      ? names.schema
      : (header(headers, "content-profile") ?? header(headers, "accept-profile") ?? names.schema);
  const [row] = await session.query<{ there: boolean }>(
    "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1) AS there",
    [asked],
  );
  if (asked === names.schema) {
    return {
      code: "schema.not-provisioned",
      layer: "schema-cache",
      title: `PostgREST does not show the project's own schema ${asked}.`,
      because: [
        row?.there
          ? "The schema exists; PostgREST has not read its configuration since it was made."
          : "The schema does not exist: the project was never provisioned in this database.",
      ],
      fix: row?.there
        ? { text: "Reload PostgREST's configuration.", sql: "NOTIFY pgrst, 'reload config';" }
        : { text: "Provision the project: flux-dev reset." },
    };
  }
  return {
    code: "schema.profile",
    layer: "request",
    title: `The profile header asks for schema ${asked}, which PostgREST does not show.`,
    because: [
      `It shows ${listed(exposed)}.`,
      row?.there ? `Schema ${asked} exists.` : `There is no schema ${asked} in the database.`,
    ],
    fix: { text: `Leave the profile header out, or ask for ${listed(exposed, "or")}.` },
  };
}
