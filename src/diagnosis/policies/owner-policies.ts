/** What lets the owner of a SECURITY DEFINER function see what it reads. */
import { bodyFacts, functionsCalled } from "../catalog/functions.ts";
import { relationsWritten } from "../catalog/relations.ts";
import type { Inquiry } from "../inquiry.ts";
import { quoteName } from "../words.ts";
import { silence } from "./applicable.ts";

/** For the tables of the function's body that show its owner nothing at all; `signature` as Postgres tells it. Empty when there are none. */
export async function ownerPolicies(inquiry: Inquiry, signature: string, owner: string): Promise<string> {
  const name = /^"?([^"(]+)/.exec(signature)?.[1]?.split(".").at(-1) ?? "";
  const [fn] = await functionsCalled(inquiry.session, name);
  const tables = fn === undefined ? [] : (await bodyFacts(fn)).tables;
  const blind = (await relationsWritten(inquiry.session, tables, [owner])).filter(
    (relation) => relation.securedFor.includes(owner) && silence(relation, owner, "select") !== undefined,
  );
  return blind
    .map((relation) => {
      const policy = quoteName(`${relation.name}_owner`);
      return `CREATE POLICY ${policy} ON ${inquiry.show(relation)} TO ${quoteName(owner)} USING (true);`;
    })
    .join("\n");
}
