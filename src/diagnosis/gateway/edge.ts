/** Answers of the edge itself: absorbed paths, bots, health, preflights. */
import { modes } from "../../project/mode/mode.ts";
import type { Step } from "../../trace/step.ts";
import type { Trace } from "../../trace/trace.ts";
import type { Finding } from "../types.ts";
import { listed } from "../words.ts";

export function edgeFinding(trace: Trace, { code, evidence, outcome }: Step): Finding | undefined {
  const text = (name: string) => String(evidence[name] ?? "");
  switch (code) {
    case "edge.absorbed":
      return absorbed(text("path"), text("reason"));
    case "edge.method":
      return unknownMethod(text("method"));
    case "edge.bot":
      return {
        code: "edge.bot",
        layer: "edge",
        title: `The gateway's bot filter refuses the User-Agent ${JSON.stringify(text("userAgent"))}.`,
        because: ["The filter looks at the User-Agent before host and token."],
        fix: { text: "Send another User-Agent, or switch the filter off." },
      };
    case "edge.preflight":
      return preflight(text("origin"), evidence["allowed"] === true);
    case "edge.preflight-allowed":
      return answered(trace, "The emulator answered this preflight for a page on loopback.", [
        "The platform's v2 gateway answers it with 401 and without CORS headers: in production call the Service URL from your server.",
      ]);
    default:
      return outcome === "passed" ? undefined : answered(trace, "The gateway answers this path itself.", []);
  }
}

const unknownMethod = (method: string): Finding => ({
  code: "edge.method",
  layer: "edge",
  title: `The v2 gateway's HTTP server knows no method ${method}: it answers 400 with an empty body.`,
  because: [
    "Path, host and token were not looked at.",
    "On v1 the edge passes any method on, and PostgREST answers 405 (PGRST117).",
  ],
  fix: { text: "Use GET, HEAD, POST, PATCH, PUT or DELETE, in upper case; functions are called by GET or POST." },
});

function absorbed(path: string, reason: string): Finding {
  const because =
    reason === "static_ext"
      ? "It ends like a static file (.css, .js, .png, .txt …), and the v2 gateway answers every such path with 404."
      : "It begins like a path that scanners probe (/admin, /.env, /.git, /wp-admin …), and the v2 gateway answers every such path with 404.";
  return {
    code: "edge.absorbed",
    layer: "edge",
    title: `The v2 gateway answers ${path} itself with 404; the request never reached the project.`,
    because: [because, "Host and token were not looked at; v1 has no such rule."],
    fix: { text: "Give the table, view or function another name, or show it through a view with another name." },
  };
}

function preflight(origin: string, allowed: boolean): Finding {
  const listedOrigins = modes.v1.edge.cors?.origins ?? [];
  if (allowed)
    return {
      code: "ok.answered",
      layer: "edge",
      title: `The v1 edge answered the preflight of ${origin}, which is on its list.`,
      because: [],
    };
  return {
    code: "edge.origin",
    layer: "edge",
    title: `The v1 edge does not list the origin ${origin}, so the browser will not send the request.`,
    because: [
      "A preflight is always answered with 200; for an origin that is not listed Access-Control-Allow-Origin is missing.",
      `Listed for every project: ${listed(listedOrigins)}.`,
    ],
    fix: { text: `Add ${origin} to the project's allowed origins.` },
  };
}

const answered = (trace: Trace, title: string, because: readonly string[]): Finding => ({
  code: "ok.answered",
  layer: "edge",
  title: `${title} (${trace.response.status})`,
  because,
});
