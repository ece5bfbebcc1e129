/** What a file seems to do to the schema, for the preview of a push. Read off its statements; nothing is parsed. Pure. */
import { type Statement, splitStatements } from "../sql/statements.ts";

export interface DdlSection {
  readonly heading: string;
  readonly items: readonly string[];
}

const HEADINGS = ["Creates", "Alters", "Indexes", "Policies", "RLS", "Warning"] as const;
type Heading = (typeof HEADINGS)[number];
type Finding = readonly [Heading, string];

/** Sections in the platform's order, empty ones left out. Code in strings, comments and function bodies does not count. */
export function ddlSummary(sql: string): DdlSection[] {
  const found = splitStatements(sql).flatMap((statement) => findings(codeOf(sql, statement)));
  const dropped = found.filter(([, item]) => item === DROPS_INDEX).length;
  const named = found.map(
    ([heading, item]): Finding => [heading, item === DROPS_INDEX ? `${item} (${dropped})` : item],
  );
  return HEADINGS.flatMap((heading) => {
    const items = new Set(named.filter(([of]) => of === heading).map(([, item]) => item));
    return items.size === 0 ? [] : [{ heading, items: [...items] }];
  });
}

const DROPS_INDEX = "contains DROP INDEX";

/** Tokens one blank apart, so that patterns need not care for layout; names stay whole. */
function codeOf(sql: string, { tokens }: Statement): string {
  const words = tokens.map(({ kind, start, end }) =>
    kind === "dollar" || kind === "string" ? "''" : sql.slice(start, end),
  );
  return words.join(" ").replace(/ \. /g, ".");
}

const NAME = String.raw`(?:if (?:not )?exists )?(?:only )?((?:"[^"]*"|[^\s(;,])+)`;
const pattern = (text: string): RegExp => new RegExp(text.replace("NAME", NAME), "i");

const CREATE = pattern(
  "^create (?:or replace )?(?:(?:global|local|temp|temporary|unlogged|recursive|materialized|constraint|foreign) )*" +
    "(table|view|function|procedure|type|domain|sequence|trigger|schema|extension|aggregate) NAME",
);
const ALTER = pattern(
  "^alter (table|view|materialized view|function|procedure|type|domain|sequence|schema|policy|index) NAME|^alter (default privileges)",
);
const INDEX = pattern("^create (?:unique )?index (?:concurrently )?NAME");
const POLICY = pattern("^create policy NAME");
const RLS = pattern("^alter table NAME.* enable row level security");
const DROP_TABLE = pattern("^drop table NAME");
const DROP_SCHEMA = pattern("^drop schema NAME");
const TRUNCATE = pattern("^truncate (?:table )?NAME");

function findings(code: string): Finding[] {
  const policy = POLICY.exec(code)?.[1];
  if (policy !== undefined) return [["Policies", `create policy ${policy}`]];
  const index = INDEX.exec(code)?.[1];
  if (index !== undefined) return [["Indexes", `create ${index === "on" ? "index" : index}`]];
  const [, made, name] = CREATE.exec(code) ?? [];
  if (made !== undefined) return [["Creates", `${made.toLowerCase()} ${name}`]];
  const secured = RLS.exec(code)?.[1];
  if (secured !== undefined) return [["RLS", `enable RLS on ${secured}`]];
  const [, altered, of, defaults] = ALTER.exec(code) ?? [];
  if (defaults !== undefined) return [["Alters", "default privileges"]];
  if (altered !== undefined) {
    const change: Finding = ["Alters", `${altered.toLowerCase()} ${of}`];
    return /\bdrop column\b/i.test(code) ? [change, ["Warning", "contains DROP COLUMN"]] : [change];
  }
  const table = DROP_TABLE.exec(code)?.[1];
  if (table !== undefined) return [["Warning", `contains DROP TABLE ${table}`]];
  if (DROP_SCHEMA.test(code)) return [["Warning", "contains DROP SCHEMA"]];
  if (TRUNCATE.test(code)) return [["Warning", "contains TRUNCATE"]];
  return /^drop index\b/i.test(code) ? [["Warning", DROPS_INDEX]] : [];
}
