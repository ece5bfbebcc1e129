/** Named JWT templates: from the config, with `flux` there by default. */

import type { Clock } from "../time/clock.ts";
import { reservedClaim } from "./claims/reserved.ts";
import { idFrom } from "./ids.ts";
import type { Store } from "./store/store.ts";
import type { JwtTemplate, TemplateAlgorithm } from "./store/types.ts";

/** A template as the project's config writes it. */
export interface TemplateConfig {
  /** May hold shortcodes such as `{{user.primary_email_address}}`. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Seconds, 30 to 315360000; 60 by default. */
  readonly lifetime?: number | undefined;
  /** Seconds `nbf` lies in the past, 0 to 300; 5 by default. */
  readonly allowedClockSkew?: number | undefined;
  /** HS256 by default; RS256 signs with the instance's key. */
  readonly signingAlgorithm?: TemplateAlgorithm | undefined;
  /** Text that signs HS… tokens; the Flux project's secret by default. */
  readonly signingKey?: string | undefined;
}

export type TemplatesConfig = Readonly<Record<string, TemplateConfig>>;

/**
 * What the Clerk dashboard has to hold for Flux: HS256 with the project's secret. The v2 gateway reads `sub` and
 * `email`; PostgREST on v1 needs `role`.
 */
const FLUX_TEMPLATE: TemplateConfig = {
  claims: { email: "{{user.primary_email_address}}", role: "authenticated" },
};

const LIMITS = { lifetime: [30, 315_360_000], allowedClockSkew: [0, 300] } as const;

/** Why a template cannot be saved, as one sentence with Clerk's error code, or undefined. */
export function templateProblem(
  template: Pick<TemplateConfig, "claims" | "lifetime" | "allowedClockSkew">,
): { code: string; param: string; message: string } | undefined {
  const reserved = reservedClaim(template.claims);
  if (reserved !== undefined) {
    const message = `You can't use the reserved claim: '${reserved}'`;
    return { code: "jwt_template_reserved_claim", param: "claims", message };
  }
  for (const [key, param] of [
    ["lifetime", "lifetime"],
    ["allowedClockSkew", "allowed_clock_skew"],
  ] as const) {
    const value = template[key];
    const [least, most] = LIMITS[key];
    if (value !== undefined && !(value >= least && value <= most)) {
      return { code: "form_param_value_invalid", param, message: `${param} must be between ${least} and ${most}` };
    }
  }
  return undefined;
}

/**
 * Replaces the templates that came from the config by those of this one; templates made through the API stay.
 * Throws an `Error` that names the template when one of them could not be saved at Clerk either.
 */
export function applyTemplates(store: Store, clock: Clock, config: TemplatesConfig): void {
  const now = clock.now();
  const made = Object.entries({ flux: FLUX_TEMPLATE, ...config }).map(([name, entry]): JwtTemplate => {
    const problem = templateProblem(entry);
    if (problem) throw new Error(`JWT template "${name}": ${problem.message}.`);
    return {
      id: idFrom("jtmp", name),
      name,
      claims: entry.claims,
      lifetime: entry.lifetime ?? 60,
      allowedClockSkew: entry.allowedClockSkew ?? 5,
      signingAlgorithm: entry.signingAlgorithm ?? "HS256",
      signingKey: entry.signingKey ?? null,
      createdAt: now,
      updatedAt: now,
      seeded: true,
    };
  });
  for (const template of store.templates.values()) if (template.seeded) store.templates.delete(template.id);
  for (const template of made) {
    const same = findTemplate(store, template.name);
    if (same) store.templates.delete(same.id);
    store.templates.set(template.id, template);
  }
}

export function findTemplate(store: Store, name: string): JwtTemplate | undefined {
  for (const template of store.templates.values()) if (template.name === name) return template;
  return undefined;
}
