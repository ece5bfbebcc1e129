/** What can be set from outside the compose file: `.env.example` explains it, `ref` uses it. */
import { modes } from "../../src/project/mode/mode.ts";

interface Variable {
  readonly about: string;
  readonly value: string;
}

interface Group {
  readonly title: string;
  readonly variables: Readonly<Record<string, Variable>>;
}

const groups: readonly Group[] = [
  {
    title: "The project",
    variables: {
      FLUX_PROJECT_DIRECTORY: {
        about: "Directory with flux.json, relative to this file; it is only read. Without a flux.json the demo runs.",
        value: "..",
      },
      FLUX_JWT_AUDIENCE: {
        about:
          "v1: what tokens must name in `aud`, as `audience` of the configuration; flux-dev's v2 gateway reads it there.",
        value: "",
      },
      FLUX_V1_SCHEMA: { about: "v1's API schema: `apiSchema` of a flux.json that names another one.", value: "api" },
    },
  },
  {
    title: "Ports, on 127.0.0.1 only",
    variables: {
      FLUX_SERVICE_PORT: { about: "The Service URL.", value: "8000" },
      FLUX_POSTGREST_PORT: { about: "PostgREST of the live mode, without the gateway.", value: "8001" },
      FLUX_IDP_PORT: { about: "The identity provider.", value: "8002" },
    },
  },
  {
    title: `Secrets. These are for development only and known to everybody; set others where others reach this machine.
# Letters and digits, since some stand in a URL: openssl rand -hex 32 makes one.`,
    variables: {
      FLUX_PROJECT_JWT_SECRET: {
        about: "Signs the app's tokens; apps read it as FLUX_GATEWAY_JWT_SECRET. At least 32 characters.",
        value: "devOnlyProjectSecret0123456789abcdef",
      },
      FLUX_POOL_JWT_SECRET: {
        about: "Between v2's gateway and its PostgREST; no app sees it. At least 32 characters.",
        value: "devOnlyPoolSecret0123456789abcdefghi",
      },
      FLUX_POSTGRES_PASSWORD: {
        about: "Of the superuser postgres, of both servers. Fixed when their volumes are made.",
        value: "devOnlyPostgres",
      },
      FLUX_AUTHENTICATOR_PASSWORD: {
        about: "Of the role that v2's PostgREST logs in as.",
        value: "devOnlyAuthenticator",
      },
    },
  },
  {
    title: "Images: the platform's, and this project's own, which is built here when it is missing",
    variables: {
      FLUX_POSTGRES_V2_IMAGE: { about: "v2's Postgres.", value: modes.v2.postgresImage },
      FLUX_POSTGREST_V2_IMAGE: { about: "v2's PostgREST.", value: modes.v2.postgrestImage },
      FLUX_POSTGRES_V1_IMAGE: { about: "v1's Postgres.", value: modes.v1.postgresImage },
      FLUX_POSTGREST_V1_IMAGE: { about: "v1's PostgREST.", value: modes.v1.postgrestImage },
      FLUX_DEV_IMAGE: { about: "Gateway and identity provider.", value: "flux-dev:compose" },
      FLUX_NODE_IMAGE: { about: "What that one is built on.", value: "node:20-slim" },
    },
  },
];

export const variables: Readonly<Record<string, Variable>> = Object.assign({}, ...groups.map((one) => one.variables));

/** `${NAME:-value}`: set in `.env`, or its default. */
export function ref(name: string): string {
  const variable = variables[name];
  if (variable === undefined) throw new Error(`.env.example does not explain ${name}.`);
  return `\${${name}:-${variable.value}}`;
}

/** Names of variables in a text become references. */
export const withRefs = (text: string): string => text.replace(/\bFLUX_[A-Z0-9_]+\b/g, ref);

const head = [
  "# Copy to .env beside docker-compose.yml. Every value below is the default.",
  "#",
  "# Other settings of PostgREST (`postgrestEnv` of the configuration, `flux env set` on v1): compose starts PostgREST and",
  "# reads no configuration of the project, so say them in a docker-compose.override.yml, which it merges by itself:",
  "#",
  "#   services:",
  '#     postgrest-v2: { environment: { PGRST_DB_MAX_ROWS: "100" } }',
  '#     postgrest-v1: { environment: { PGRST_DB_MAX_ROWS: "100" } }',
];

/** The text of `.env.example`. */
export function envExample(): string {
  const lines = groups.flatMap(({ title, variables: own }) => [
    "",
    `# ---- ${title}`,
    ...Object.entries(own).flatMap(([name, { about, value }]) => [`# ${about}`, `${name}=${value}`]),
  ]);
  return [...head, ...lines, ""].join("\n");
}
