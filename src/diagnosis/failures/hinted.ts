/** Errors of SQL whose message leaves out what the request could say: the column, the key, the operator. */
import { foldLogic } from "../../postgrest/plan/tree.ts";
import type { CoercibleLogicTree } from "../../postgrest/plan/types.ts";
import { relationsByName } from "../catalog/relations.ts";
import type { Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import type { SqlFailure } from "../replay/session.ts";
import { type FilterTree, filterText, filterValues } from "../rows/filters.ts";
import type { Finding } from "../types.ts";
import { listed, quoteName } from "../words.ts";
import { bodyValue } from "./body-values.ts";
import { labelsOf } from "./conversion.ts";
import { isUserAsUuid, plainFinding } from "./sqlstate.ts";

interface Hint {
  readonly facts?: readonly string[];
  readonly fix?: string;
}

export async function hintedFinding(inquiry: Inquiry, failure: SqlFailure): Promise<Finding> {
  const finding = plainFinding(inquiry, failure);
  const { facts = [], fix } = (await hintFor(inquiry, failure)) ?? {};
  return {
    ...finding,
    because: [...finding.because, ...facts],
    ...(fix === undefined ? {} : { fix: { text: fix } }),
  };
}

async function hintFor(inquiry: Inquiry, failure: SqlFailure): Promise<Hint | undefined> {
  const { sqlState, message } = failure;
  const { plan } = inquiry.sent;
  const name = quoteName(plan.target.name);
  switch (sqlState) {
    case "42P10":
      return conflictHint(inquiry);
    case "21000":
      return { fix: "Send each key once: two objects of the body mean the same row." };
    case "44000":
      return {
        facts: [`${name} was made WITH CHECK OPTION: it takes only rows that it would show.`],
        fix: `Send values that the condition of ${name} keeps, or write to the table behind it.`,
      };
    case "55000":
    case "42809":
      return /^cannot (insert into|update|delete from|change)/.test(message)
        ? {
            facts: [`${name} makes its rows from others, so Postgres cannot tell which to write.`],
            fix: `Write to the table that ${name} reads.`,
          }
        : undefined;
    case "42883":
      return operatorHint(inquiry, message);
    case "42804":
      return message.startsWith("argument of IS ")
        ? { fix: "is.true, is.false and is.unknown are for boolean columns; compare others with eq." }
        : undefined;
    case "42704":
      return message.startsWith("type ") ? { fix: "Cast to a type that exists: select=column::text." } : undefined;
    case "42601":
      return message.startsWith("syntax error in tsquery")
        ? { fix: "Join the words with & or |; plfts takes plain words, wfts what people type into a search box." }
        : undefined;
    default:
      return sqlState.startsWith("22") ? valueHint(inquiry, failure) : undefined;
  }
}

async function conflictHint(inquiry: Inquiry): Promise<Hint> {
  const { plan } = inquiry.sent;
  const keys = await inquiry.session.query<{ columns: string[] }>(
    `select array(select a.attname::text from unnest(i.indkey::int2[]) with ordinality k(n, place)
        join pg_attribute a on a.attrelid = c.oid and a.attnum = k.n order by k.place) as columns
       from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
      where i.indisunique and i.indpred is null and i.indexprs is null and n.nspname = $1 and c.relname = $2 order by i.indisprimary desc`,
    [plan.target.schema, plan.target.name],
  );
  const shown = keys.map(({ columns }) => columns.join(","));
  return {
    facts: [
      shown.length === 0
        ? `${quoteName(plan.target.name)} has no unique key.`
        : `The keys of ${quoteName(plan.target.name)} are ${listed(shown.map((one) => `(${one})`))}.`,
    ],
    fix:
      shown.length === 0
        ? "Add a unique constraint on the columns that tell the rows apart."
        : `Name all columns of one key, and no others: ${listed(
            shown.map((one) => `on_conflict=${one}`),
            "or",
          )}.`,
  };
}

function operatorHint({ sent: { plan } }: Inquiry, message: string): Hint | undefined {
  if (message.startsWith("function st_asgeojson"))
    return { fix: "application/geo+json needs PostGIS, which Flux does not install: ask for application/json." };
  const type = /^operator does not exist: (\S+)/.exec(message)?.[1];
  if (type === undefined) return undefined;
  const filters = filtersOf(plan.kind === "mutate" ? plan.mutate.where : plan.read.where);
  return {
    facts: filters.map((tree) => `The request filters by ${filterText(tree)}.`),
    fix: `${type} has no such operator: use eq, gt, lt or in, or a view with the column cast to text.`,
  };
}

const filtersOf = (trees: readonly CoercibleLogicTree[]): FilterTree[] =>
  trees.flatMap((root) =>
    foldLogic<CoercibleLogicTree, FilterTree[]>(root, (tree, below) =>
      tree.kind === "filter" ? [tree] : below.flat(),
    ),
  );

/** Postgres tells the value, and not where it stood. */
async function valueHint(inquiry: Inquiry, failure: SqlFailure): Promise<Hint | undefined> {
  const { plan } = inquiry.sent;
  const sent = await bodyValue(inquiry, failure);
  if (sent !== undefined) return { facts: [sent.fact], ...(isUserAsUuid(failure) ? {} : { fix: sent.advice }) };
  const value =
    /: "([\s\S]*)"$/.exec(failure.message)?.[1] ?? /^value "(.*)" is out of range/.exec(failure.message)?.[1];
  const [relation] = await relationsByName(inquiry.session, [plan.target], [inquiry.role]);
  const where = plan.kind === "mutate" ? plan.mutate.where : plan.read.where;
  const filter = filtersOf(where).find((tree) => value !== undefined && filterValues(tree).includes(value));
  if (filter !== undefined) return filterHint(inquiry, relation, filter, value);
  if (plan.kind !== "call") return undefined;
  return { fix: `Look at the casts in the body of ${quoteName(plan.routine.name)}: the arguments are of their types.` };
}

async function filterHint(
  inquiry: Inquiry,
  relation: Relation | undefined,
  filter: FilterTree,
  value: string | undefined,
): Promise<Hint> {
  const { name } = filter.field;
  const type = relation?.columns.find((column) => column.name === name)?.type;
  const labels = type === undefined ? undefined : await labelsOf(inquiry, `${inquiry.names.schema}.${type}`);
  const facts = [
    `It stands in the filter ${filterText(filter)}${type === undefined ? "" : `; ${quoteName(name)} is ${type}`}.`,
  ];
  if (value === "null") return { facts, fix: `NULL is asked for with is: ${name}=is.null.` };
  return { facts, ...(labels === undefined ? {} : { fix: `Filter ${quoteName(name)} by ${labels}.` }) };
}
