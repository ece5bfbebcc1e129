/** `Authorization` headers from their recipes. */
import { createHmac } from "node:crypto";
import type { TokenRecipe } from "./corpus.ts";

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** @param secret of the server under test, unless the recipe has one of its own */
export function authorization(recipe: TokenRecipe, secret: string): string {
  if (recipe.raw !== undefined) return recipe.raw;
  return `${recipe.scheme ?? "Bearer"} ${token(recipe, secret)}`;
}

function token(recipe: TokenRecipe, secret: string): string {
  const now = Math.floor(Date.now() / 1000);
  const claims: Record<string, unknown> = { ...recipe.claims };
  for (const name of ["exp", "nbf", "iat"] as const) {
    const offset = recipe[`${name}Offset`];
    if (offset !== undefined) claims[name] = now + offset;
  }
  const alg = recipe.alg ?? "HS256";
  const signed = `${encode({ alg, typ: "JWT", ...recipe.header })}.${encode(claims)}`;
  if (recipe.tamper === "two-parts") return signed;
  const signature = sign(alg, recipe.secret ?? secret, signed);
  if (recipe.tamper === "signature") return `${signed}.${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
  if (recipe.tamper === "payload") {
    return `${signed.split(".")[0]}.${encode({ ...claims, role: "postgres" })}.${signature}`;
  }
  return `${signed}.${signature}`;
}

function sign(alg: string, secret: string, text: string): string {
  if (!/^HS\d+$/.test(alg)) return "";
  return createHmac(`sha${alg.slice(2)}`, secret)
    .update(text)
    .digest("base64url");
}
