/** The users file: who can sign in to the project's identity provider. One reader for the IdP and the CLI. */
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { z } from "zod";
import { ProjectFileError, problemsOf, readJsonFile } from "./problems.ts";

/** Prefix and 27 base62 characters, the form of the provider's ids. */
const providerId = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}_[0-9A-Za-z]{27}$`), `must be "${prefix}_" and 27 letters or digits`);

const metadata = z.record(z.string(), z.unknown()).default({});

const organization = z.strictObject({
  id: providerId("org").optional(),
  slug: z.string().min(1),
  name: z.string().min(1).optional(),
  /** The user's role there, with the `org:` prefix. */
  role: z.string().startsWith("org:", 'must begin with "org:"').default("org:member"),
  publicMetadata: metadata,
});

const user = z.strictObject({
  /** What `token alice` and tests call the user; unique. */
  name: z.string().regex(/^[a-z][a-z0-9_-]*$/, "must begin with a-z and hold only a-z, 0-9, - and _"),
  /** Left out: derived from the name, the same on every machine. */
  id: providerId("user").optional(),
  email: z.email().optional(),
  username: z.string().min(1).optional(),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  password: z.string().min(1).optional(),
  externalId: z.string().optional(),
  publicMetadata: metadata,
  privateMetadata: metadata,
  unsafeMetadata: metadata,
  organizations: z.array(organization).default([]),
});

const usersFile = z.strictObject({ $schema: z.string().optional(), users: z.array(user) });

export type UsersInput = z.input<typeof usersFile>["users"];

export interface ProjectOrganization {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly role: string;
  readonly publicMetadata: Readonly<Record<string, unknown>>;
}

export interface ProjectUser {
  readonly name: string;
  readonly id: string;
  readonly email: string;
  readonly username: string | undefined;
  readonly firstName: string | undefined;
  readonly lastName: string | undefined;
  /** Undefined: signs in by e-mail code or ticket only. */
  readonly password: string | undefined;
  readonly externalId: string | undefined;
  readonly publicMetadata: Readonly<Record<string, unknown>>;
  readonly privateMetadata: Readonly<Record<string, unknown>>;
  readonly unsafeMetadata: Readonly<Record<string, unknown>>;
  readonly organizations: readonly ProjectOrganization[];
}

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** An id in the provider's form that depends on the name alone, so that tokens and seed rows agree everywhere. */
export function derivedId(prefix: "user" | "org", name: string): string {
  const digest = createHash("sha256").update(`${prefix} ${name}`).digest();
  return `${prefix}_${Array.from(digest.subarray(0, 27), (byte) => BASE62[byte % 62]).join("")}`;
}

/** Reads and checks a users file; errors name the file, the user and the key. */
export function readUsers(path: string, shown: string = path): ProjectUser[] {
  return parseUsers(readJsonFile(path, shown), shown);
}

/**
 * Asked again and again, answers with the users when the file changed since the last time, else undefined. A look costs
 * microseconds, so whoever uses the users can afford one each time, and nothing has to watch the disk. Throws as
 * `readUsers` does, once per change.
 */
export function changedUsers(path: string, shown: string): () => ProjectUser[] | undefined {
  let seen = stamp(path);
  return () => {
    const now = stamp(path);
    if (now === seen) return undefined;
    seen = now;
    return readUsers(path, shown);
  };
}

function stamp(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? "none" : `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
}

/** Checks users given as data. `source` names them in errors. Defaults: id from the name, `<name>@example.com`. */
export function parseUsers(value: unknown, source: string): ProjectUser[] {
  const parsed = usersFile.safeParse(value);
  if (!parsed.success) throw problemsOf(source, parsed.error);
  const users = parsed.data.users.map(
    (entry): ProjectUser => ({
      name: entry.name,
      id: entry.id ?? derivedId("user", entry.name),
      email: entry.email ?? `${entry.name}@example.com`,
      username: entry.username,
      firstName: entry.firstName,
      lastName: entry.lastName,
      password: entry.password,
      externalId: entry.externalId,
      publicMetadata: entry.publicMetadata,
      privateMetadata: entry.privateMetadata,
      unsafeMetadata: entry.unsafeMetadata,
      organizations: entry.organizations.map((org) => ({
        ...org,
        id: org.id ?? derivedId("org", org.slug),
        name: org.name ?? org.slug,
      })),
    }),
  );
  for (const key of ["name", "id", "email"] as const) {
    const seen = new Set<string>();
    for (const entry of users) {
      if (seen.has(entry[key]))
        throw new ProjectFileError(source, `two users have the ${key} "${entry[key]}"; each needs its own.`);
      seen.add(entry[key]);
    }
  }
  return users;
}
