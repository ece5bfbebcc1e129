/** The v2 gateway. `admit` is the whole story, in the platform's order; whatever refuses first makes the answer. */
import type { HttpRequest } from "../http/message.ts";
import { tenantNames } from "../project/tenant.ts";
import { type Clock, epochSeconds } from "../time/clock.ts";
import { type BridgeClaims, bridgeClaims, bridgeSigner, droppedClaims } from "../tokens/bridge.ts";
import type { ProjectClaims } from "../tokens/project-token.ts";
import type { Observe } from "../trace/step.ts";
import { absorb } from "./absorbed.ts";
import { type Answer, error, isAnswer, type Passed, passed } from "./answer.ts";
import { arrive } from "./arrival.ts";
import { authenticate } from "./authenticate.ts";
import { botFilter } from "./bots.ts";
import type { Edge, Notify, Passage } from "./edge.ts";
import { bodyless, cannotForward, forwardRequest } from "./forward.ts";
import { health } from "./health.ts";
import { unknownMethod } from "./known-method.ts";
import { Limits, type Slot } from "./limits.ts";
import { presentResponse } from "./present.ts";
import { checkState, findProject } from "./project.ts";
import type { Catalog, CatalogEntry, GatewayConfig } from "./types.ts";

const UPSTREAM_TIMEOUT = 8000;

/** The app's tokens are judged by one clock, PostgREST's are dated by the other. */
interface Clocks {
  readonly own: Clock;
  readonly bridge: Clock;
}

export function v2Edge(catalog: Catalog, config: GatewayConfig, clocks: Clocks, notify: Notify): Edge {
  const limits = new Limits(config, clocks.own);
  const mint = minter(clocks.bridge);
  const sign = bridgeSigner(config.poolSecret);
  const blockBot = botFilter(config.blockBots, (text) => notify("bots", text));

  async function admit(request: HttpRequest, observe: Observe): Promise<Answer | Passage> {
    const seen = <T extends Passed<unknown> | Answer>(result: T): T => {
      observe(result.step);
      return result;
    };
    const strange = unknownMethod(request.method);
    if (strange !== undefined) return seen(strange);
    const at = arrive(request);
    const early =
      (await health(at, catalog, limits.limited)) ?? absorb(at.path) ?? blockBot(at.fields.get("user-agent"));
    if (early !== undefined) return seen(early);

    const found = seen(await findProject(at.hostname, catalog, config.baseDomain));
    if (isAnswer(found)) return found;
    const project = seen(checkState(found.value));
    if (isAnswer(project)) return project;

    const claims = seen(authenticate(at.fields.get("authorization"), project.value, clocks.own));
    if (isAnswer(claims)) return claims;
    const bridge = seen(mint(claims.value, project.value));

    const slot = seen(limits.admit(project.value));
    if (isAnswer(slot)) return slot;
    const barred = cannotForward(at, project.value);
    if (barred !== undefined) {
      slot.value.release();
      return seen(barred);
    }
    const token = sign(bridge.value);
    return passage(forwardRequest(at, request.body, project.value, token), project.value, slot.value);
  }

  function passage(request: HttpRequest, project: CatalogEntry, slot: Slot): Passage {
    return {
      project,
      request,
      dropsBody: bodyless(request.method),
      timeoutMs: config.upstreamTimeoutMs ?? UPSTREAM_TIMEOUT,
      followsRedirects: true,
      present: (response) => presentResponse(response, request.method),
      failure: (kind) => (kind === "timeout" ? error(504, "upstream timeout") : error(502, "upstream error")),
      release: () => slot.release(),
    };
  }

  return { admit };
}

/**
 * Everything but `sub` and `email` stays behind here: organisation, permissions, the role the app asked for. The requests a
 * user makes with one token within one second carry the same claims, so they share them.
 */
function minter(clock: Clock): (claims: ProjectClaims, project: CatalogEntry) => Passed<BridgeClaims> {
  const last = new WeakMap<ProjectClaims, { readonly key: string; readonly minted: Passed<BridgeClaims> }>();
  return (claims, { projectId }) => {
    const key = `${epochSeconds(clock)} ${projectId}`;
    const before = last.get(claims);
    if (before?.key === key) return before.minted;
    const bridge = bridgeClaims(claims, { id: projectId, role: tenantNames(projectId).runtimeRole }, clock);
    const minted = passed("bridge", "bridge.minted", bridge, { claims: bridge, dropped: droppedClaims(claims) });
    last.set(claims, { key, minted });
    return minted;
  };
}
