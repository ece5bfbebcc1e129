/** What is set before the main statement, all of it for this transaction only, and the hook that may refuse. */
import { remember } from "../../cache/remember.ts";
import type { AuthResult } from "../auth/types.ts";
import type { EngineConfig } from "../config/types.ts";
import type { Dialect } from "../dialect.ts";
import type { ActionPlan } from "../plan/types.ts";
import { bytesOf, decodeLoosely } from "../request/bytes.ts";
import type { ApiRequest } from "../request/types.ts";
import type { Routine } from "../schema-cache/types.ts";
import { cutAtNul, qualified } from "./fragments/names.ts";
import { setLocal, setLocalNamed } from "./fragments/settings.ts";
import { encodeTexts } from "./json.ts";
import { ident, join, render, type Statement, sql } from "./snippet.ts";

/**
 * The statements that come before the main one, in order: settings, then the `db-pre-request` function if there is one.
 * Settings of the role come before the role itself, so that a privilege to set them may belong to the authenticator.
 */
export function preQueries(
  plan: ActionPlan,
  config: EngineConfig,
  dialect: Dialect,
  auth: AuthResult,
  request: ApiRequest,
): readonly Statement[] {
  const searchPath = [request.schema, ...config.dbExtraSearchPath].map(ident).join(", ");
  const { timezone } = request.preferences;
  const ofRole = config.roleSettings.get(auth.role) ?? [];
  const others: Settings = [
    ...(timezone === null ? [] : [["timezone", timezone] as const]),
    ...(plan.kind === "call" ? hoisted(plan.routine, dialect) : []),
    ...config.appSettings,
  ];
  const values = [
    searchPath,
    ...ofRole.flat(),
    auth.role,
    auth.claimsJson,
    request.method,
    decodeLoosely(bytesOf(request.path)),
    encodeTexts(request.headers),
    encodeTexts(request.cookies),
    ...others.flat(),
  ];
  const hook = config.dbPreRequest;
  return [
    { text: settingsText(`${ofRole.length} ${others.length}`), values: values.map(cutAtNul) },
    ...(hook === null ? [] : [{ text: `select ${qualified(hook)}()`, values: [] }]),
  ];
}

type Settings = ReadonlyArray<readonly [name: string, value: string]>;

const OWN = ["role", "request.jwt.claims", "request.method", "request.path", "request.headers", "request.cookies"];

/** Settings whose names are not this code base's come by parameter. `counts`: of how many before the role, how many at the end. */
const settingsText = remember((counts) => {
  const [ofRole = 0, others = 0] = counts.split(" ").map(Number);
  const named = (count: number) => Array.from({ length: count }, () => setLocalNamed("", ""));
  const own = OWN.map((name) => setLocal(name, ""));
  const settings = [setLocal("search_path", ""), ...named(ofRole), ...own, ...named(others)];
  return render(sql`select ${join(settings, ", ")}`).text;
});

const hoisted = ({ settings }: Routine, { hoistsConfiguredSettings }: Dialect): Settings =>
  hoistsConfiguredSettings ? settings : settings.filter(([name]) => name === "statement_timeout");
