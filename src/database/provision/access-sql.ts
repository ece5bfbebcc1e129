/** Turns a mode's description of roles, schemas and privileges into SQL that may run again and again. Pure. */
import { escapeLiteral as literal, escapeIdentifier as name } from "pg";
import type { AccessShape, RoleShape, SchemaShape } from "../../project/mode/types.ts";

/** `password` is set on every role that may log in. */
export function accessSql(shape: AccessShape, password?: string): string {
  return [
    ...shape.roles.map((role) => roleSql(role, password)),
    ...shape.memberships.map(({ role, member }) => `grant ${name(role)} to ${name(member)};`),
    ...shape.schemas.map(schemaSql),
    ...shape.usage.map(({ schema, to }) => usageSql(schema, to)),
    ...shape.existing.map(
      (grant) =>
        `grant ${grant.privileges} on all ${grant.on} in schema ${name(grant.schema)} to ${grant.to.map(name).join(", ")};`,
    ),
    ...shape.defaults.map(
      (grant) =>
        `alter default privileges for role ${name(grant.creator)} in schema ${name(grant.schema)} grant ${grant.privileges} on ${grant.on} to ${grant.to.map(name).join(", ")};`,
    ),
    ...shape.settings.map((setting) => {
      const assignment = `set ${name(setting.name)} = ${literal(setting.value)}`;
      return setting.thisDatabase
        ? onThisDatabase(`alter role ${name(setting.role)} in database %I ${assignment}`)
        : `alter role ${name(setting.role)} ${assignment};`;
    }),
  ].join("\n");
}

/** CREATE ROLE has no IF NOT EXISTS, and two projects may be provisioned at once. Attributes are set either way. */
function roleSql(role: RoleShape, password: string | undefined): string {
  const attributes = [
    role.login ? "login" : "nologin",
    role.inherit ? "inherit" : "noinherit",
    role.bypassRls ? "bypassrls" : "nobypassrls",
    "nosuperuser nocreatedb nocreaterole",
    `connection limit ${role.connectionLimit ?? -1}`,
    ...(role.login && password !== undefined ? [`password ${literal(password)}`] : []),
  ].join(" ");
  return [
    "do $do$ begin",
    `  if not exists (select from pg_roles where rolname = ${literal(role.name)}) then create role ${name(role.name)}; end if;`,
    "exception when duplicate_object or unique_violation then null;",
    "end $do$;",
    `alter role ${name(role.name)} ${attributes};`,
  ].join("\n");
}

function schemaSql(schema: SchemaShape): string {
  return [
    `create schema if not exists ${name(schema.name)} authorization ${name(schema.owner)};`,
    usageSql(schema.name, schema.usage),
    ...(schema.comment === undefined ? [] : [`comment on schema ${name(schema.name)} is ${literal(schema.comment)};`]),
  ].join("\n");
}

function usageSql(schema: string, to: readonly string[]): string {
  return `grant usage on schema ${name(schema)} to ${to.map(name).join(", ")};`;
}

/** ALTER ROLE … IN DATABASE takes no expression, so the name goes in through EXECUTE. */
function onThisDatabase(template: string): string {
  return `do $do$ begin execute format(${literal(template)}, current_database()); end $do$;`;
}
