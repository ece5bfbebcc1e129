/** Rows that no policy was asked about: row security does not hold for the role, or for the owner a view reads as. */
import { basesOf, relationsByName } from "../catalog/relations.ts";
import type { Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import type { Finding } from "../types.ts";

/** Undefined when row security holds, or nothing has any. */
export async function bypassedFinding(inquiry: Inquiry, relation: Relation): Promise<Finding | undefined> {
  const { role } = inquiry;
  if (relation.kind === "view") return viewBypasses(inquiry, relation);
  if (!relation.rowSecurity) return partitionRead(inquiry, relation);
  if (relation.securedFor.includes(role)) return undefined;
  const [row] = await inquiry.session.query<{ super: boolean; bypass: boolean }>(
    "SELECT rolsuper AS super, rolbypassrls AS bypass FROM pg_roles WHERE rolname = $1",
    [role],
  );
  const reason = row?.super ? "is a superuser" : row?.bypass ? "has BYPASSRLS" : `owns ${inquiry.show(relation)}`;
  return {
    code: "ok.row-security-bypassed",
    layer: "policies",
    title: `Nothing was refused, and no policy was asked: ${role} ${reason}.`,
    because: [`${inquiry.show(relation)} has row security, but not for ${role}; a user's request sees fewer rows.`],
    fix: { text: "Try it with a user's token before you rely on it." },
  };
}

/** A partition that is named itself: the policies of the partitioned table are not asked. */
async function partitionRead(inquiry: Inquiry, relation: Relation): Promise<Finding | undefined> {
  const [parent] = await inquiry.session.query<{ table: string }>(
    `select c.oid::regclass::text as table from pg_partition_ancestors($1) a join pg_class c on c.oid = a.relid
      where c.oid <> $1 and c.relrowsecurity limit 1`,
    [relation.oid],
  );
  if (parent === undefined) return undefined;
  const table = inquiry.show(relation);
  return {
    code: "ok.row-security-bypassed",
    layer: "policies",
    title: `Nothing was refused, and no policy was asked: ${table} has no row security of its own.`,
    because: [`It is a partition of ${parent.table}, whose policies hold only for requests that name ${parent.table}.`],
    fix: {
      text: `Switch row security on: without policies ${table} is reached through ${parent.table} only.`,
      sql: `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;`,
    },
  };
}

async function viewBypasses(inquiry: Inquiry, view: Relation): Promise<Finding | undefined> {
  const bases = await basesOf(inquiry.session, view, inquiry.role);
  const open = bases.find(
    ({ relation, role }) => role !== inquiry.role && relation.rowSecurity && !relation.securedFor.includes(role),
  );
  if (open === undefined) return undefined;
  const table = inquiry.show(open.relation);
  const secured = await relationsByName(inquiry.session, [open.relation], [inquiry.role]);
  if (!secured[0]?.securedFor.includes(inquiry.role)) return undefined;
  const reading = inquiry.show(open.view);
  const through = open.view.oid === view.oid ? "" : `, through which ${inquiry.show(view)} reads,`;
  return {
    code: "ok.view-bypasses-rls",
    layer: "policies",
    title: `Nothing was refused, and no policy of ${table} was asked: the view ${reading}${through} reads it as its owner ${open.role}.`,
    because: [
      `${reading} has no security_invoker, and row security of ${table} does not hold for ${open.role}.`,
      `Read directly, ${table} shows ${inquiry.role} what its policies allow.`,
    ],
    fix: {
      text: "Let the view read with the rights of whoever asks.",
      sql: `ALTER VIEW ${reading} SET (security_invoker = true);`,
    },
  };
}
