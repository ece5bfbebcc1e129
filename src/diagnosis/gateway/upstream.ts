/** Limits, and a PostgREST that did not answer or could not be asked. */
import type { Step } from "../../trace/step.ts";
import type { Trace } from "../../trace/trace.ts";
import { errorBody } from "../evidence.ts";
import type { Finding } from "../types.ts";

export function upstreamFinding(trace: Trace, step: Step): Finding | undefined {
  const { code, evidence, outcome } = step;
  switch (code) {
    case "limits.rate":
      return {
        code: "limits.rate",
        layer: "limits",
        title: `The rate limit is used up: request ${evidence["count"]} of ${evidence["limit"]} in ${evidence["windowSeconds"]} s.`,
        because: ["All users and routes of a project count together; only requests with a valid token count."],
        fix: { text: "Wait for the next window, or send fewer requests." },
      };
    case "limits.inflight":
      return {
        code: "limits.inflight",
        layer: "limits",
        title: `${evidence["inflight"]} requests are under way, and the gateway takes ${evidence["cap"]}.`,
        because: ["The cap holds for the whole gateway, for all projects together."],
        fix: { text: "Retry later, with a pause that grows." },
      };
    case "upstream.timeout":
      return {
        code: "upstream.timeout",
        layer: "upstream",
        title: `PostgREST had not answered after ${evidence["ms"]} ms, and the gateway gave up.`,
        because: ["The statement goes on until statement_timeout ends it after 15 s; a write may still happen."],
        fix: { text: "Make the query faster (an index on what filters and policies compare), or ask for less." },
      };
    case "upstream.error":
      return {
        code: "upstream.error",
        layer: "upstream",
        title: "PostgREST could not be reached.",
        because: [String(evidence["message"] ?? "")],
        fix: { text: "Look at PostgREST's log." },
      };
    case "upstream.method":
      return {
        code: "upstream.method",
        layer: "upstream",
        title: `The gateway cannot forward ${trace.request.method}.`,
        because: ["The platform's HTTP client refuses the method."],
        fix: { text: "Use GET, POST, PATCH, PUT, DELETE, HEAD or OPTIONS." },
      };
    case "upstream.expect":
      return {
        code: "upstream.expect",
        layer: "upstream",
        title: `The gateway cannot forward a request with the header Expect: ${evidence["expect"]}.`,
        because: ["Old versions of curl send it with bodies over 1 KiB."],
        fix: { text: "Send an empty Expect header (curl -H 'Expect:')." },
      };
    case "upstream.double-slash":
      return {
        code: "upstream.double-slash",
        layer: "upstream",
        title: `The path ${evidence["path"]} begins with two slashes, and the gateway takes that for a host name.`,
        because: ["Usually a base URL that ends in a slash, joined with a path that begins with one."],
        fix: { text: "Send the path with one slash." },
      };
    default:
      return outcome === "passed" ? undefined : remoteAnswer(trace, step);
  }
}

function remoteAnswer(trace: Trace, step: Step): Finding {
  const body = errorBody(trace, step);
  const said = body === undefined ? "" : ` ${body.code}: ${body.message}`;
  if (step.outcome !== "refused" && trace.response.status < 400)
    return {
      code: "ok.answered",
      layer: "upstream",
      title: `PostgREST answered ${trace.response.status}.`,
      because: ["A PostgREST outside the emulator tells only its answer."],
    };
  return {
    code: "upstream.answered",
    layer: "upstream",
    title: `PostgREST answered ${trace.response.status}.${said}`,
    because: [
      "A PostgREST outside the emulator tells only its answer.",
      ...(body?.hint ? [`Hint: ${body.hint}`] : []),
      ...(typeof body?.details === "string" ? [`Details: ${body.details}`] : []),
    ],
    fix: {
      text: "Ask the built-in one, which sees grants, policies and rows: flux-dev why with method, path and --as.",
    },
  };
}
