/** Which Postgres a connection leads to. */
import type { Client } from "pg";

export interface ServerVersion {
  /** `16.14` */
  readonly text: string;
  /** `16` */
  readonly major: number;
}

/** What the platform runs. */
export const WANTED_MAJOR = 16;
/** Below it, what provisioning and pushes need is missing. */
export const LOWEST_MAJOR = 15;

export async function serverVersion(client: Client): Promise<ServerVersion> {
  const { rows } = await client.query<{ text: string; number: string }>(
    "select split_part(current_setting('server_version'), ' ', 1) as text, current_setting('server_version_num') as number",
  );
  return { text: rows[0]!.text, major: Math.floor(Number(rows[0]!.number) / 10_000) };
}

/** A sentence where the version is not what the platform runs. */
export function versionRemark({ text, major }: ServerVersion): string | undefined {
  if (major === WANTED_MAJOR) return undefined;
  return `Postgres ${text} is not what the platform runs (${WANTED_MAJOR}): some messages, plans and permissions differ.`;
}
