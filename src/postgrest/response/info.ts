/** The answers to OPTIONS: which methods a resource takes, by what the schema cache knows, privileges aside. */
import { notFound } from "../errors/catalogue.ts";
import type { ActionPlan } from "../plan/types.ts";
import { keyOf, type SchemaCache, type Table } from "../schema-cache/types.ts";
import type { Answer } from "./answer.ts";

export type InfoPlan = Extract<ActionPlan, { kind: "relation-info" | "routine-info" | "schema-info" }>;

/** Throws the bare 404 for an unknown relation. */
export function infoAnswer(plan: InfoPlan, cache: SchemaCache): Answer {
  // Sent here and not by CORS, so that an OPTIONS without `Origin` has it too.
  const headers = [["Access-Control-Allow-Origin", "*"] as const, ["Allow", allowed(plan, cache)] as const];
  return { status: 200, headers, body: "" };
}

function allowed(plan: InfoPlan, cache: SchemaCache): string {
  if (plan.kind === "schema-info") return "OPTIONS,GET,HEAD";
  if (plan.kind === "routine-info") {
    return plan.routine.volatility === "volatile" ? "OPTIONS,POST" : "OPTIONS,GET,HEAD,POST";
  }
  const table = cache.tables.get(keyOf(plan.target));
  if (table === undefined) throw notFound();
  return tableMethods(table).join(",");
}

function tableMethods({ insertable, updatable, deletable, primaryKey }: Table): string[] {
  const methods = ["OPTIONS", "GET", "HEAD"];
  if (insertable) methods.push("POST");
  if (insertable && updatable && primaryKey.length > 0) methods.push("PUT");
  if (updatable) methods.push("PATCH");
  if (deletable) methods.push("DELETE");
  return methods;
}
