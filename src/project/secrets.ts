/** Secrets as the platform makes them. Pure generators: whoever keeps the project's state persists what they return. */
import { randomBytes } from "node:crypto";
import type { ModeName } from "./mode/types.ts";

export interface ProjectSecrets {
  /** Signs the app's tokens: on v2 the catalog's `jwt_secret`, on v1 `PGRST_JWT_SECRET`. Used as text, never decoded. */
  readonly project: Readonly<Record<ModeName, string>>;
  /** v2 only: signs the bridge token between gateway and PostgREST; at least 32 characters. */
  readonly pool: string;
  /** Password of the login role PostgREST connects with. */
  readonly database: string;
}

/** v2: 36 random bytes in standard base64 (48 characters). v1: 32 random bytes in hex (64 characters). */
export function newProjectSecret(mode: ModeName): string {
  return mode === "v2" ? randomBytes(36).toString("base64") : randomBytes(32).toString("hex");
}

/** The gateway refuses to start with fewer than 32 characters. */
export function newPoolSecret(): string {
  return randomBytes(32).toString("hex");
}

function newDatabasePassword(): string {
  return randomBytes(16).toString("hex");
}

/** A full set; a secret given by the configuration takes the place of both modes' generated ones. */
export function newSecrets(fixed: { project?: string; pool?: string } = {}): ProjectSecrets {
  return {
    project: { v1: fixed.project ?? newProjectSecret("v1"), v2: fixed.project ?? newProjectSecret("v2") },
    pool: fixed.pool ?? newPoolSecret(),
    database: newDatabasePassword(),
  };
}
