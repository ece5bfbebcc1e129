/** An edge whose requests may meet a fault: after host, token and limits, in the place of PostgREST. */
import type { HeaderList } from "../http/message.ts";
import { dialects } from "../postgrest/dialect.ts";
import { schemaCacheUnavailable } from "../postgrest/errors/connection-errors.ts";
import { errorResponse } from "../postgrest/errors/response.ts";
import { corsHeaders } from "../postgrest/response/cors.ts";
import { modes } from "../project/mode/mode.ts";
import type { ModeName } from "../project/mode/types.ts";
import type { Observe } from "../trace/step.ts";
import { type Answer, error, isAnswer, json, refused } from "./answer.ts";
import type { Edge, Passage } from "./edge.ts";
import type { ActiveFault, Faults } from "./faults.ts";
import { MAX_INFLIGHT } from "./limits.ts";
import type { GatewayConfig } from "./types.ts";

/** What the platform is set to; the emulator's own gateway may have no limit at all. */
const PLATFORM_RATE = { limit: 100, windowSeconds: 60 };

export function faultyEdge(edge: Edge, mode: ModeName, faults: Faults, config: GatewayConfig): Edge {
  return {
    async admit(request, observe) {
      const result = await edge.admit(request, observe);
      if (isAnswer(result)) return result;
      const fault = faults.take();
      return fault === undefined ? result : strike(fault, result, mode, config, observe);
    },
  };
}

async function strike(
  fault: ActiveFault,
  passage: Passage,
  mode: ModeName,
  config: GatewayConfig,
  observe: Observe,
): Promise<Answer | Passage> {
  const { timeoutMs = Number.POSITIVE_INFINITY } = passage;
  if (fault.kind === "slow") {
    const { delayMs } = fault;
    observe({ layer: "limits", outcome: "passed", code: "limits.delayed", evidence: { delayMs, fault: "slow" } });
    await new Promise((resolve) => setTimeout(resolve, Math.min(fault.delayMs, timeoutMs)));
    if (fault.delayMs < timeoutMs) return passage;
  }
  const answer = { ...answerTo(fault, passage, mode, config), project: passage.project };
  passage.release();
  observe(answer.step);
  return answer;
}

/** The same step and the same bytes as the real failure; `fault` in the evidence tells them apart. */
function answerTo({ kind }: ActiveFault, passage: Passage, mode: ModeName, config: GatewayConfig): Answer {
  switch (kind) {
    case "429": {
      const rate = config.rateLimit ?? PLATFORM_RATE;
      const evidence = { count: rate.limit + 1, ...rate, fault: kind };
      return refused("limits", "limits.rate", error(429, "rate limit exceeded"), evidence);
    }
    case "503":
      return mode === "v1" ? withoutCache(passage) : overloaded(config);
    case "502":
      return refused("upstream", "upstream.error", passage.failure("error"), {
        message: "a fault on demand",
        fault: kind,
      });
    default: {
      const evidence = { ms: passage.timeoutMs, fault: kind };
      return refused("upstream", "upstream.timeout", passage.failure("timeout"), evidence);
    }
  }
}

function overloaded(config: GatewayConfig): Answer {
  const cap = config.maxInflight ?? MAX_INFLIGHT;
  const state = { inflight: cap, cap };
  const response = json(503, { error: "gateway overloaded, retry later", ...state });
  return refused("limits", "limits.inflight", response, { ...state, fault: "503" });
}

/** v1's edge has no cap; its 503 is PostgREST's, which lost its database before it could read the catalogs. */
function withoutCache(passage: Passage): Answer {
  const problem = schemaCacheUnavailable();
  const plain = errorResponse(problem);
  const headers: HeaderList = [
    ["Server", `postgrest/${dialects[modes.v1.postgrestVersion].fullVersion}`],
    ["Retry-After", "1"],
    ...plain.headers,
    ...corsHeaders(passage.request, null),
  ];
  const response = passage.present({ ...plain, headers });
  const evidence = { status: 503, error: problem.body, fault: "503" };
  return refused("request", "request.pgrst002", response, evidence);
}
