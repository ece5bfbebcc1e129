/** The database the engine is measured on: one v2 tenant with clients, projects, tasks, notes and a function. */
import { withClient } from "../../../src/postgres/admin.ts";
import { tenantNames } from "../../../src/project/tenant.ts";

export const projectId = "5ecfa3ab-72d1-4c3e-9b1a-0d9c5e6f7a81";
export const { schema, runtimeRole } = tenantNames(projectId);

/** @param url superuser URL of a throw-away cluster; returns the URL for the engine's login role */
export async function prepareDatabase(url: string): Promise<string> {
  await withClient(url, async (client) => {
    await client.query(definitions);
    await client.query("analyze");
  });
  const own = new URL(url);
  own.username = "authenticator";
  return own.href;
}

/** Inserts make the table grow; every measurement begins with an empty one. */
export const emptyNotes = (url: string): Promise<unknown> =>
  withClient(url, (client) => client.query(`truncate ${schema}.notes restart identity`));

const definitions = `
create role authenticator login noinherit;
create role ${runtimeRole} nologin;
grant ${runtimeRole} to authenticator;
create schema ${schema};
grant usage on schema ${schema} to ${runtimeRole};
set search_path = ${schema};

create table clients (id int primary key generated always as identity, name text not null);
create table projects (
  id int primary key generated always as identity,
  client_id int not null references clients,
  name text not null,
  budget numeric(10, 2),
  created_at timestamptz not null default now()
);
create table tasks (
  id int primary key generated always as identity,
  project_id int not null references projects,
  title text not null,
  done boolean not null default false
);
create index on tasks (project_id);
create table notes (
  id bigint primary key generated always as identity,
  title text not null,
  body text,
  created_at timestamptz not null default now()
);
create function add(a int, b int) returns int language sql immutable as 'select a + b';

insert into clients (name) select 'Client ' || n from generate_series(1, 20) n;
insert into projects (client_id, name, budget) select n % 20 + 1, 'Project ' || n, n * 10 from generate_series(1, 1000) n;
insert into tasks (project_id, title) select n % 1000 + 1, 'Task ' || n from generate_series(1, 3000) n;
grant select, insert, update, delete on all tables in schema ${schema} to ${runtimeRole};
`;
