/** Takes away what flux-dev made on a given server for one project. */
import { escapeIdentifier as name } from "pg";
import { connected, exclusively } from "./connection.ts";
import { readDatabaseComment } from "./marks.ts";
import { dropUnusedRoles } from "./roles.ts";

/** Databases of the project, then the roles that nobody needs any more. Returns their names. */
export function purgeGivenServer(url: string, project: string): Promise<string[]> {
  return connected(url, (client) =>
    exclusively(client, async () => {
      const { rows } = await client.query<{ datname: string; comment: string | null }>(
        "select datname, shobj_description(oid, 'pg_database') as comment from pg_database",
      );
      const gone = rows
        .filter(({ comment }) => readDatabaseComment(comment)?.project === project)
        .map(({ datname }) => datname);
      for (const database of gone) await client.query(`drop database if exists ${name(database)} with (force)`);
      return [...gone, ...(await dropUnusedRoles(client))];
    }),
  );
}
