/** The answers to POST, PATCH, PUT and DELETE on a relation. */
import type { HeaderList } from "../../http/message.ts";
import type { ActionPlan } from "../plan/types.ts";
import { percentEncode } from "../request/bytes.ts";
import { countsRows } from "../request/preferences.ts";
import { contentRange } from "../request/range.ts";
import type { ApiRequest } from "../request/types.ts";
import type { ResultSet } from "../transaction/types.ts";
import { type Answer, appliedHeader, contentHeaders } from "./answer.ts";
import { overrideByGuc } from "./guc.ts";

type MutatePlan = Extract<ActionPlan, { kind: "mutate" }>;

export function mutateAnswer(plan: MutatePlan, request: ApiRequest, result: ResultSet): Answer {
  const full = request.preferences.representation === "full";
  const { status, headers } = outlines[plan.mutation](plan, request, result, full);
  return overrideByGuc({ status, headers, body: full ? result.body : "" }, result);
}

type Outline = (
  plan: MutatePlan,
  request: ApiRequest,
  result: ResultSet,
  full: boolean,
) => { status: number; headers: HeaderList };

const create: Outline = (plan, request, result, full) => {
  const { preferences, queryParams } = request;
  const hasKey = plan.mutate.kind === "insert" && plan.mutate.primaryKey.length > 0;
  // Without a primary key or on_conflict there is nothing to resolve, so the preference had no effect.
  const resolves = hasKey || queryParams.onConflict !== null;
  // NULL: an upsert that touched no row. Zero: rows that were there already, or a plain insert, which counts none.
  const merges = preferences.resolution === "merge-duplicates";
  const onlyUpdated = result.inserted === null || (result.inserted <= 0n && merges);
  const headers: HeaderList = [
    ...(result.location.length === 0 ? [] : [["Location", location(plan.target.name, result.location)] as const]),
    contentRange(1n, 0n, total(request, result)),
    ...appliedHeader(
      request,
      ...(resolves ? (["resolution"] as const) : []),
      "representation",
      "count",
      "transaction",
      "missing",
      "handling",
      "timezone",
    ),
  ];
  return {
    status: onlyUpdated ? 200 : 201,
    headers: full ? [...headers, ...contentHeaders(plan.media, request)] : headers,
  };
};

const update: Outline = (plan, request, result, full) => {
  const headers: HeaderList = [
    contentRange(0n, result.queryTotal - 1n, total(request, result)),
    ...appliedHeader(
      request,
      "representation",
      "count",
      "transaction",
      "missing",
      "handling",
      "timezone",
      "maxAffected",
    ),
  ];
  return withBody(headers, plan, request, full);
};

const remove: Outline = (plan, request, result, full) => {
  const headers: HeaderList = [
    contentRange(1n, 0n, total(request, result)),
    ...appliedHeader(request, "representation", "count", "transaction", "handling", "timezone", "maxAffected"),
  ];
  return withBody(headers, plan, request, full);
};

const singleUpsert: Outline = (plan, request, result, full) => {
  const applied = appliedHeader(request, "representation", "count", "transaction", "handling", "timezone");
  if (!full) return { status: 204, headers: applied };
  const inserted = result.inserted !== null && result.inserted > 0n;
  return { status: inserted ? 201 : 200, headers: [...contentHeaders(plan.media, request), ...applied] };
};

const outlines: Readonly<Record<MutatePlan["mutation"], Outline>> = {
  create,
  update,
  delete: remove,
  "single-upsert": singleUpsert,
};

function withBody(headers: HeaderList, plan: MutatePlan, request: ApiRequest, full: boolean) {
  if (!full) return { status: 204, headers };
  return { status: 200, headers: [...headers, ...contentHeaders(plan.media, request)] };
}

const total = ({ preferences }: ApiRequest, { queryTotal }: ResultSet): bigint | null =>
  countsRows(preferences) ? queryTotal : null;

/** The relation's name stands as it is. */
function location(relation: string, pairs: ResultSet["location"]): string {
  const query = pairs.map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`);
  return `/${relation}?${query.join("&")}`;
}
