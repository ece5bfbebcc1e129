/** PostgREST's `PGRST_*` variables, from the one description of the mode. Pure. */
import { modes } from "../project/mode/mode.ts";
import type { ModeName } from "../project/mode/types.ts";
import type { Project } from "../project/project.ts";
import type { ProjectSecrets } from "../project/secrets.ts";

export interface PostgrestSettings {
  readonly mode: ModeName;
  readonly project: Project;
  readonly secrets: ProjectSecrets;
  /** Superuser URL of the project's database, by the address that PostgREST reaches it at. */
  readonly databaseUrl: string;
}

/** The variables of the platform's container, then the project's own (`flux env set` on v1). */
export function postgrestEnvironment(settings: PostgrestSettings): Record<string, string> {
  const { mode, project, secrets, databaseUrl } = settings;
  const uri = new URL(databaseUrl);
  const { loginRole } = modes[mode].names(project.identity);
  // The superuser (v1) keeps the password that the URL gives it.
  if (uri.username !== loginRole) {
    uri.username = loginRole;
    uri.password = secrets.database;
  }
  const atGateway = modes[mode].tokens.verifiedBy === "gateway";
  const { audience } = project.config;
  return {
    ...modes[mode].postgrestSettings(project.identity),
    PGRST_DB_URI: uri.href,
    // On v2 apps never see this secret: the gateway signs with it.
    PGRST_JWT_SECRET: atGateway ? secrets.pool : secrets.project[mode],
    ...(atGateway || audience === undefined ? {} : { PGRST_JWT_AUD: audience }),
    ...project.config.postgrestEnv,
  };
}
