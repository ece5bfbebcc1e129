/** What `flux-dev.config.*` may hold: only what the emulator needs and the platform has no file for. */
import { z } from "zod";
import { customHostname } from "./address.ts";
import { isPostgresSource, isPostgrestSource, POSTGRES_SOURCES, POSTGREST_SOURCES } from "./parts.ts";

const port = z.int().min(0).max(65_535);
const sqlPaths = z.union(
  [z.string().min(1), z.array(z.string().min(1)), z.literal(false)],
  "must be a path, a list of paths, or false",
);
const milliseconds = z.int().positive();

/** Names that the provider refuses as template claims, since it sets them itself. */
export const RESERVED_CLAIMS: readonly string[] = ["azp", "exp", "fea", "fva", "iat", "iss", "nbf", "sid", "sub", "v"];

/** One text for both modes, or one for each. */
const perMode = (choices: string, isOne: (text: string) => boolean) => {
  const one = z.string().refine(isOne, `must be ${choices}`);
  return z.union(
    [one, z.strictObject({ v1: one, v2: one }).partial()],
    `must be ${choices}, or one of these for each of v1 and v2`,
  );
};

const image = perMode("an image", (text) => text !== "");

const jwtTemplate = z.strictObject({
  /** Shortcodes such as `{{user.public_metadata.plan}}` are filled in when a token is minted. */
  claims: z
    .record(z.string(), z.unknown())
    .default({})
    .superRefine((claims, context) => {
      for (const claim of RESERVED_CLAIMS)
        if (claim in claims)
          context.addIssue({ code: "custom", path: [claim], message: `You can't use the reserved claim: '${claim}'` });
    }),
  /** Seconds. */
  lifetime: z.int().min(30).max(315_360_000).default(60),
  /** Seconds. */
  allowedClockSkew: z.int().min(0).max(300).default(5),
  algorithm: z.enum(["HS256", "RS256"]).default("HS256"),
  /** Left out: the project's secret for HS256, the instance's key for RS256. */
  signingKey: z.string().min(1).optional(),
});

const members = z.strictObject({
  $schema: z.string().optional(),
  mode: z.enum(["v1", "v2", "v1_dedicated", "v2_shared"]).optional(),
  /** Behave exactly as the platform, also where that is inconvenient. */
  strict: z.boolean().default(false),
  /** A .sql file, a directory, or several; false: none. Left out: the places `flux push` looks at. */
  migrations: sqlPaths.optional(),
  /** Run by the tables' owner after the migrations. */
  seed: sqlPaths.optional(),
  /** A users file, or the users themselves. */
  users: z.union([z.string().min(1), z.array(z.unknown())], "must be a path or a list of users").optional(),
  host: z.string().min(1).optional(),
  ports: z
    .strictObject({
      /** The Service URL. */
      service: port,
      /** PostgREST without the edge. */
      postgrest: port,
      postgres: port,
      idp: port,
    })
    .partial()
    .default({}),
  baseDomain: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "must be a lower-case domain name")
    .default("flux.localhost"),
  /** Custom domains that lead to the project (v2). */
  domains: z.array(z.string()).default([]),
  cors: z.strictObject({ origins: z.array(z.string()).default([]) }).prefault({}),
  secrets: z
    .strictObject({
      /** What the app signs its tokens with; any non-empty text, as on the platform. */
      project: z.string().trim().min(1).optional(),
      pool: z.string().min(32, "must have at least 32 characters").optional(),
      /** Password of the role that PostgREST logs in as, where somebody else configures that PostgREST. */
      database: z.string().min(1).optional(),
    })
    .default({}),
  /** Tokens must name it in `aud`. The platform never looks; with this the documented mistake can be rehearsed. */
  audience: z.string().min(1).optional(),
  jwtTemplates: z.record(z.string().regex(/^[A-Za-z0-9_-]+$/), jwtTemplate).default({}),
  limits: z
    .strictObject({
      /** Requests per window and project; false: no limit, as on a platform without Redis. */
      rate: z.union(
        [z.literal(false), z.strictObject({ requests: z.int().positive(), windowSeconds: z.int().positive() })],
        'must be false or {"requests": n, "windowSeconds": n}',
      ),
      inflight: z.int().positive(),
      /** Refuse bots by User-Agent (v2): true for the platform's list, or a pattern in its place. */
      blockBots: z.union([z.boolean(), z.string().min(1)], "must be true, false or a pattern"),
      upstreamTimeoutMs: milliseconds,
      socketTimeoutMs: milliseconds,
    })
    .partial()
    .default({}),
  /** Where Postgres comes from: `embedded`, `docker` or the superuser's URL of a server; one for both modes or one each. */
  postgres: perMode(POSTGRES_SOURCES, isPostgresSource).default("embedded"),
  /** Name of the database on a given server. Left out: one that follows from the project and its directory. */
  database: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,62}$/, "must be a lower-case identifier")
    .optional(),
  /** False: fsync off, for data that may be lost. */
  durable: z.boolean().default(true),
  /** Where PostgREST comes from: `builtin`, `docker`, `binary`, a program's path or the URL of a server that runs. */
  postgrest: perMode(POSTGREST_SOURCES, isPostgrestSource).default("builtin"),
  /** Images to run instead of the platform's. */
  docker: z.strictObject({ postgresImage: image, postgrestImage: image }).partial().default({}),
  /** Findings of `flux-dev lint` to hear no more of: a code, or `code:object`. */
  lint: z.strictObject({ ignore: z.array(z.string()).default([]) }).prefault({}),
  /** Further PostgREST variables, as `flux env set` adds them. */
  postgrestEnv: z.record(z.string().regex(/^PGRST_[A-Z0-9_]+$/, "must begin with PGRST_"), z.string()).default({}),
});

export const configSchema = members.superRefine(({ domains, baseDomain }, context) => {
  for (const [place, domain] of domains.entries()) {
    try {
      customHostname(domain, baseDomain);
    } catch (error) {
      context.addIssue({ code: "custom", path: ["domains", place], message: (error as Error).message });
    }
  }
});

/** What a user writes; `export default {…} satisfies FluxDevConfig`. */
export type FluxDevConfig = z.input<typeof configSchema>;

/** The same with every default filled in. */
export type ResolvedConfig = z.output<typeof configSchema>;

export type JwtTemplate = z.output<typeof jwtTemplate>;
