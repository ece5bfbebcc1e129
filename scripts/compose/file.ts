/** The compose file, from the same description of the modes that `up` starts its containers from. */
import { DATA, imageCommand, imageEnvironment as postgresEnvironment } from "../../src/postgres/docker/postgres.ts";
import { PORT, imageEnvironment as postgrestImageEnvironment } from "../../src/postgrest/runner/docker.ts";
import { parseConfig } from "../../src/project/config.ts";
import { projectIdentity } from "../../src/project/identity.ts";
import type { ModeName } from "../../src/project/mode/types.ts";
import type { Project } from "../../src/project/project.ts";
import { imageInitdbArguments } from "../../src/stack/flavours.ts";
import { postgrestEnvironment } from "../../src/stack/postgrest-environment.ts";
import { ref, withRefs } from "./variables.ts";
import { type Yaml, yaml } from "./yaml.ts";

type Services = Record<string, { [key: string]: Yaml }>;

const head = `The platform's v2 pool and v1 stack on the real images, with flux-dev's gateway and identity provider in front.
Written by npm run compose: change scripts/compose, not this file. Settings: .env.example.

  npm pack flux-dev && mv flux-dev-*.tgz flux-dev.tgz   # once, beside this file: what the image is built from
  docker-compose up -d                                  # or: docker compose up -d
  docker-compose exec flux-dev flux-dev env             # the variables for your app
  docker-compose exec flux-dev flux-dev mode v1         # the other mode, same Service URL
  docker-compose down -v                                # all of it is gone

PostgREST's own settings beyond these: docker-compose.override.yml, see .env.example.`;

/** On a server of its own; the name must be known to both PostgREST and flux-dev before there is one. */
const DATABASE = "flux";

const database = (mode: ModeName, name: string): string =>
  `postgres://postgres:FLUX_POSTGRES_PASSWORD@postgres-${mode}:5432/${name}`;

/** Asked often: others wait for it. `interval` in seconds. */
const patience = (interval: number) => ({ interval: `${interval}s`, timeout: "10s", retries: 60 });

function postgres(mode: ModeName): Services {
  return {
    [`postgres-${mode}`]: {
      image: ref(`FLUX_POSTGRES_${mode.toUpperCase()}_IMAGE`),
      environment: mapped(
        postgresEnvironment({ password: "FLUX_POSTGRES_PASSWORD", initdbArguments: imageInitdbArguments[mode] }),
      ),
      command: imageCommand(true),
      volumes: [`postgres-${mode}:${DATA}`],
      healthcheck: {
        "#": "By TCP: while the image makes its cluster, a server listens on the socket only.",
        test: ["CMD", "pg_isready", "--host=127.0.0.1", "--username=postgres"],
        ...patience(2),
      },
    },
  };
}

function postgrest(mode: ModeName): Services {
  const env = postgrestEnvironment({
    mode,
    project: anyProject,
    secrets: {
      project: { v1: "FLUX_PROJECT_JWT_SECRET", v2: "FLUX_PROJECT_JWT_SECRET" },
      pool: "FLUX_POOL_JWT_SECRET",
      database: "FLUX_AUTHENTICATOR_PASSWORD",
    },
    databaseUrl: database(mode, DATABASE),
  });
  return {
    [`postgrest-${mode}`]: {
      "#": "The image holds the program alone, nothing that could ask it how it is: flux-dev's own check does.",
      image: ref(`FLUX_POSTGREST_${mode.toUpperCase()}_IMAGE`),
      environment: mapped(postgrestImageEnvironment(env)),
      depends_on: { prepare: { condition: "service_completed_successfully" } },
    },
  };
}

/** Of a project PostgREST's variables hold v1's schema and audience; whatever else it may set, nobody knows here. */
const anyProject = {
  identity: projectIdentity({
    slug: "any",
    hash: "0000000",
    id: "00000000-0000-4000-8000-000000000000",
    v1Schema: "FLUX_V1_SCHEMA",
  }),
  config: parseConfig({ audience: "FLUX_JWT_AUDIENCE" }, "compose"),
} as Project;

/** What the machine decides, over the project's own configuration. */
function configuration(): string {
  const both = <T>(value: (mode: ModeName) => T) => ({ v2: value("v2"), v1: value("v1") });
  const config = {
    host: "0.0.0.0",
    ports: { service: "FLUX_SERVICE_PORT", postgrest: "FLUX_POSTGREST_PORT", idp: "FLUX_IDP_PORT" },
    database: DATABASE,
    postgres: both((mode) => database(mode, "postgres")),
    postgrest: both((mode) => `http://postgrest-${mode}:${PORT}`),
    secrets: {
      project: "FLUX_PROJECT_JWT_SECRET",
      pool: "FLUX_POOL_JWT_SECRET",
      database: "FLUX_AUTHENTICATOR_PASSWORD",
    },
  };
  return withRefs(JSON.stringify(config, null, 2).replace(/"(\w+_PORT)"/g, "$1"));
}

const fluxDev = {
  "&": "flux-dev",
  image: ref("FLUX_DEV_IMAGE"),
  build: { context: ".", args: { NODE_IMAGE: ref("FLUX_NODE_IMAGE") } },
  environment: { FLUX_DEV_CONFIG: configuration() },
  volumes: [`${ref("FLUX_PROJECT_DIRECTORY")}:/project:ro`, "state:/state"],
};

const published = (name: string): string => `127.0.0.1:${ref(name)}:${ref(name)}`;

function services(): Services {
  return {
    ...postgres("v2"),
    ...postgres("v1"),
    prepare: {
      "#": "Roles, schemas, migrations and seeds of both modes; it ends when they are in, and PostgREST starts.",
      "<<": "*flux-dev",
      command: ["prepare", "--mode", "both"],
      depends_on: { "postgres-v2": { condition: "service_healthy" }, "postgres-v1": { condition: "service_healthy" } },
    },
    ...postgrest("v2"),
    ...postgrest("v1"),
    "flux-dev": {
      "<<": "*flux-dev",
      command: ["up"],
      ports: ["FLUX_SERVICE_PORT", "FLUX_POSTGREST_PORT", "FLUX_IDP_PORT"].map(published),
      depends_on: {
        "postgrest-v2": { condition: "service_started" },
        "postgrest-v1": { condition: "service_started" },
      },
      healthcheck: {
        "#": "Through PostgREST to Postgres, in either mode.",
        test: ["CMD", "flux-dev", "status", "--check"],
        ...patience(5),
      },
    },
  };
}

const mapped = (env: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).map(([name, value]) => [name, withRefs(value)]));

/** The text of `docker-compose.yml`. */
export function composeFile(): string {
  return yaml({
    "#": head,
    "x-flux-dev": fluxDev,
    services: services(),
    volumes: { "postgres-v2": {}, "postgres-v1": {}, state: {} },
  });
}
