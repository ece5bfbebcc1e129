import { type CodeEntry, documents } from "./entry.ts";

/** Everything before PostgREST, apart from the token. */
export const gatewayCodes = {
  "edge.absorbed": {
    title: "The v2 gateway answers this path itself",
    explanation:
      "Paths that look like static files or like a scanner's probes (/admin, /.env, *.css …) get 404 before host and token are looked at. A table of such a name cannot be reached on v2.",
    documentation: documents.http,
  },
  "edge.method": {
    title: "The gateway's HTTP server does not know the method",
    explanation:
      "A word that is no method of HTTP makes the whole request unreadable to the v2 gateway's server, which answers 400 with an empty body before any of its own code runs.",
    documentation: documents.http,
  },
  "edge.bot": {
    title: "The User-Agent is on the gateway's list of bots",
    explanation: "The bot filter refuses by User-Agent, before host and token are looked at.",
    documentation: documents.http,
  },
  "edge.origin": {
    title: "The preflight's origin is not on the list of the v1 edge",
    explanation:
      "The v1 edge answers every preflight with 200; only a listed origin gets Access-Control-Allow-Origin, and without it the browser does not send the request.",
    documentation: documents.preflight,
  },
  "host.unknown": {
    title: "The Host header names no project",
    explanation: "A Service URL is api--<slug>--<hash> under the base domain; anything else is unknown.",
    documentation: documents.http,
  },
  "project.unknown": {
    title: "There is no project of this slug and hash",
    explanation: "The host has the form of a Service URL, but the catalog holds no such project.",
    documentation: documents.http,
  },
  "project.catalog-down": {
    title: "The catalog could not be asked",
    explanation: "The gateway answers 404 when it cannot look a project up, as if there were none.",
    documentation: documents.http,
  },
  "project.mode": {
    title: "The project runs in another mode",
    explanation: "The v2 gateway serves pooled projects only, the v1 edge dedicated ones only.",
    documentation: documents.http,
  },
  "project.migrating": {
    title: "The project is being migrated",
    explanation: "The gateway drains traffic while a migration is under way.",
    documentation: documents.http,
  },
  "project.dormant": {
    title: "The project is asleep",
    explanation: "A dormant project takes no traffic until it is woken.",
    documentation: documents.http,
  },
  "project.archived": {
    title: "The project is archived",
    explanation: "An archived project takes no traffic until it is woken.",
    documentation: documents.http,
  },
  "project.secret-missing": {
    title: "The project has no JWT secret",
    explanation: "Without a secret in the catalog no token can be verified; the control plane's repair makes one.",
    documentation: documents.jws,
  },
  "limits.rate": {
    title: "The project's rate limit is used up",
    explanation: "Requests with a valid token are counted per project and window, all users and routes together.",
    documentation: documents.http,
  },
  "limits.inflight": {
    title: "Too many requests are under way",
    explanation: "The gateway caps the requests it has open at one time, for all projects together.",
    documentation: documents.http,
  },
  "upstream.timeout": {
    title: "PostgREST did not answer in time",
    explanation: "The gateway gives up after 8 s; the statement goes on until statement_timeout ends it after 15 s.",
    documentation: documents.settings,
  },
  "upstream.error": {
    title: "PostgREST could not be reached",
    explanation: "The gateway had no answer to pass on: connection refused, lost, or cut off.",
    documentation: documents.http,
  },
  "upstream.method": {
    title: "The gateway cannot forward this method",
    explanation: "The platform's HTTP client does not send TRACE.",
    documentation: documents.http,
  },
  "upstream.expect": {
    title: "The gateway cannot forward a request with an Expect header",
    explanation:
      "The platform's HTTP client refuses the header. Old versions of curl send Expect: 100-continue with bodies over 1 KiB.",
    documentation: documents.http,
  },
  "upstream.double-slash": {
    title: "The path starts with two slashes",
    explanation: "The gateway takes such a path for the name of a host and cannot forward it.",
    documentation: documents.http,
  },
  "upstream.answered": {
    title: "A PostgREST outside the emulator made this answer",
    explanation: "The built-in engine traces its own work; a real PostgREST tells only its answer.",
    documentation: documents.errors,
  },
} as const satisfies Record<string, CodeEntry>;
