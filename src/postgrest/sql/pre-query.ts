/** What is set before the main statement, all of it for this transaction only, and the hook that may refuse. */
import type { AuthResult } from "../auth/types.ts";
import type { EngineConfig } from "../config/types.ts";
import type { Dialect } from "../dialect.ts";
import type { ActionPlan } from "../plan/types.ts";
import { bytesOf, decodeLoosely, headerText } from "../request/bytes.ts";
import type { ApiRequest } from "../request/types.ts";
import type { Routine } from "../schema-cache/types.ts";
import { qualified } from "./fragments/names.ts";
import { setLocal, setLocalNamed } from "./fragments/settings.ts";
import { encodeTexts } from "./json.ts";
import { ident, join, raw, render, type Statement, sql } from "./snippet.ts";

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
  const settings = [
    setLocal("search_path", searchPath),
    ...named(config.roleSettings.get(auth.role) ?? []),
    setLocal("role", auth.role),
    setLocal("request.jwt.claims", auth.claimsJson),
    setLocal("request.method", request.method),
    setLocal("request.path", decodeLoosely(bytesOf(request.path))),
    setLocal("request.headers", texts(request.headers)),
    setLocal("request.cookies", texts(request.cookies)),
    ...(timezone === null ? [] : [setLocal("timezone", timezone)]),
    ...named(plan.kind === "call" ? hoisted(plan.routine, dialect) : []),
    ...named(config.appSettings),
  ];
  const hook = config.dbPreRequest;
  return [
    render(sql`select ${join(settings, ", ")}`),
    ...(hook === null ? [] : [render(raw(`select ${qualified(hook)}()`))]),
  ];
}

type Settings = ReadonlyArray<readonly [name: string, value: string]>;

const named = (settings: Settings) => settings.map(([name, to]) => setLocalNamed(name, to));

const hoisted = ({ settings }: Routine, { hoistsConfiguredSettings }: Dialect): Settings =>
  hoistsConfiguredSettings ? settings : settings.filter(([name]) => name === "statement_timeout");

/** As one JSON object, because Postgres allows no `-` in names of settings. Of a name sent several times the last counts. */
const texts = (pairs: Settings): string =>
  encodeTexts(new Map(pairs.map(([name, text]) => [headerText(name), headerText(text)])));
