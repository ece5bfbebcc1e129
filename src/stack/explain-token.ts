/** Who accepts a token and why, with the judges the stack itself uses. */
import { explainToken, type TokenExplanation } from "../idp/explain.ts";
import type { Instance } from "../idp/keys.ts";
import { createAuthenticator } from "../postgrest/auth/authenticate.ts";
import { readConfig } from "../postgrest/config/read.ts";
import { dialects } from "../postgrest/dialect.ts";
import { PgrstError } from "../postgrest/errors/pgrst-error.ts";
import { modes } from "../project/mode/mode.ts";
import type { Project } from "../project/project.ts";
import type { ProjectSecrets } from "../project/secrets.ts";
import type { Clock } from "../time/clock.ts";
import { postgrestEnvironment } from "./postgrest-environment.ts";

export interface TokenJudges {
  readonly project: Project;
  readonly secrets: ProjectSecrets;
  readonly instance: Instance;
  readonly clock: Clock;
}

/** Needs neither mode to run: v1's verdict is that of PostgREST's own check under v1's configuration. */
export function explainProjectToken(jwt: string, { project, secrets, instance, clock }: TokenJudges): TokenExplanation {
  // No database is asked; the address only has to be one.
  const env = postgrestEnvironment({ mode: "v1", project, secrets, databaseUrl: "postgres://127.0.0.1/postgres" });
  const authenticate = createAuthenticator(readConfig({ env }, dialects[modes.v1.postgrestVersion]), clock);
  return explainToken(jwt, {
    instance,
    clock,
    secrets: secrets.project,
    audience: project.config.audience,
    postgrest(token) {
      try {
        return { role: authenticate([["Authorization", `Bearer ${token}`]]).role };
      } catch (error) {
        if (error instanceof PgrstError) return { refused: error.message };
        throw error;
      }
    },
  });
}
