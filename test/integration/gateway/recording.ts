/** Turning a recorded case into a request: projects, templates and tokens. */
import { generateKeyPairSync } from "node:crypto";
import { MemoryCatalog } from "../../../src/gateway/catalog.ts";
import type { CatalogEntry } from "../../../src/gateway/types.ts";
import { projectHosts } from "../../../src/project/address.ts";
import { stableProjectId } from "../../../src/project/identity.ts";
import { newProjectSecret } from "../../../src/project/secrets.ts";
import { shortId } from "../../../src/project/tenant.ts";
import { type Claims, type SigningAlgorithm, type SigningKey, signJws } from "../../../src/tokens/jws.ts";

export const BASE_DOMAIN = "flux.localhost";

export interface Recording {
  readonly id: string;
  readonly description: string;
  readonly server?: "echo" | "rate" | "down";
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly host?: string;
    readonly headers?: ReadonlyArray<readonly [string, string]>;
    readonly body?: string;
    readonly repeat?: number;
    readonly auth?: { readonly value: string; readonly token?: TokenRecipe };
  };
  readonly response: {
    readonly status?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly absent?: readonly string[];
    readonly body?: string;
    readonly forwarded?: boolean;
    readonly upstream?: ExpectedUpstream;
    readonly statuses?: readonly number[];
    readonly oddStatus?: number;
    readonly oddBody?: string;
    readonly oddAbsent?: readonly string[];
  };
}

export interface ExpectedUpstream {
  readonly method: string;
  readonly url: string;
  readonly claimNames: readonly string[];
  readonly claims: Claims;
  readonly lifetime: { readonly ttl: number; readonly nbfSkew: number };
  readonly jwtHeader: Claims;
  readonly headers: Readonly<Record<string, string | null>>;
}

interface TokenRecipe {
  readonly alg: SigningAlgorithm;
  readonly claims: Claims;
  readonly times?: Readonly<Record<string, number>>;
  readonly key: string;
}

const active = { mode: "v2_shared", lifecycle: "active", migrationStatus: null } as const;
const states: Readonly<Record<string, Partial<CatalogEntry>>> = {
  notes: {},
  v1: { mode: "v1_dedicated" },
  dormant: { lifecycle: "dormant" },
  busysleep: { lifecycle: "archived", migrationStatus: "migrating" },
  nosecret: { jwtSecret: null },
};

const entries = Object.entries(states).map(([slug, state], index): CatalogEntry => {
  const hash = `${index}abcdef`;
  const own = { projectId: stableProjectId(slug, hash), slug, hash, jwtSecret: newProjectSecret("v2") };
  return { ...active, ...own, ...state };
});

const project = (slug: string): CatalogEntry => entries.find((entry) => entry.slug === slug)!;
const customDomain = (slug: string): string => `${slug}.custom.example.test`;

export function recordedProjects(): MemoryCatalog {
  const catalog = new MemoryCatalog();
  for (const entry of entries) catalog.set(entry, [customDomain(entry.slug)]);
  return catalog;
}

/** Puts this run's names into a recorded string. */
export function fill(text: string): string {
  return text.replace(/\{(flat|dotted|legacy|custom|id|shortid):([a-z0-9]+)\}/g, (_, kind: string, slug: string) => {
    const entry = project(slug);
    const { flat, dotted, slugHash } = projectHosts(entry, BASE_DOMAIN);
    const id = entry.projectId;
    return { flat, dotted, legacy: slugHash, custom: customDomain(slug), id, shortid: shortId(id) }[kind]!;
  });
}

export function authorization(auth: NonNullable<Recording["request"]["auth"]>): string {
  return auth.value.replace("{token}", auth.token === undefined ? "" : token(auth.token));
}

function token({ alg, claims, times = {}, key }: TokenRecipe): string {
  const now = Math.floor(Date.now() / 1000);
  const moments = Object.fromEntries(Object.entries(times).map(([name, seconds]) => [name, now + seconds]));
  return signJws({ alg, typ: "JWT" }, { ...claims, ...moments }, alg === "RS256" ? privateKey() : signingKey(key));
}

function signingKey(key: string): SigningKey {
  const [kind, ...rest] = key.split(":");
  const name = rest.join(":");
  if (kind === "text") return name;
  const secret = project(name).jwtSecret!;
  return kind === "base64" ? Buffer.from(secret, "base64") : secret;
}

const privateKey = () => generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
