/** Tokens made from a JWT template, which is what Flux reads. */

import type { JwsHeader, SigningAlgorithm } from "../../tokens/jws.ts";
import type { Instance } from "../keys.ts";
import type { JwtTemplate } from "../store/types.ts";
import { type ScopeInput, shortcodeScope } from "./scope.ts";
import { newJti } from "./session.ts";
import { resolveShortcodes } from "./shortcodes.ts";
import { TEMPLATE_CLASS } from "./token-class.ts";

export interface TemplateTokenInput extends ScopeInput {
  readonly instance: Instance;
  readonly template: JwtTemplate;
  /** Epoch seconds. */
  readonly now: number;
  /** Seconds; the template's own by default. */
  readonly lifetime?: number;
  /** The page's origin; absent when a server mints. */
  readonly origin: string | undefined;
}

/** Only the instance's own key is named: a token signed with a custom secret has no `kid`. */
export function templateHeader(instance: Instance, algorithm: SigningAlgorithm): JwsHeader {
  return algorithm === "RS256"
    ? { alg: algorithm, cat: TEMPLATE_CLASS, kid: instance.id, typ: "JWT" }
    : { alg: algorithm, cat: TEMPLATE_CLASS, typ: "JWT" };
}

export function templateClaims(input: TemplateTokenInput): Record<string, unknown> {
  const { instance, template, now, origin, user } = input;
  const custom = resolveShortcodes(template.claims, shortcodeScope(input)) as Record<string, unknown>;
  return {
    ...custom,
    ...(origin === undefined ? {} : { azp: origin }),
    exp: now + (input.lifetime ?? template.lifetime),
    iat: now,
    iss: instance.issuer,
    jti: newJti(),
    nbf: now - template.allowedClockSkew,
    sub: user.id,
  };
}
