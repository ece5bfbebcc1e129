/** The v1 edge: a reverse proxy that routes by host, answers preflights and cuts a prefix. Keys are PostgREST's business. */
import { isKept, keep, rememberForKept } from "../cache/kept.ts";
import { type HttpRequest, type HttpResponse, header } from "../http/message.ts";
import { modes } from "../project/mode/mode.ts";
import type { Observe } from "../trace/step.ts";
import { type Answer, answered, isAnswer, type Passed, passed, refused, text } from "./answer.ts";
import { preflight } from "./cors.ts";
import type { Edge, Notify, Passage } from "./edge.ts";
import { type HostNames, isLocalName, soughtBy } from "./hosts.ts";
import type { Catalog, CatalogEntry, GatewayConfig } from "./types.ts";
import { type OriginRule, originRule, preflightHeaders, presentWithCors } from "./v1-cors.ts";
import { forwardAsEdge } from "./v1-forward.ts";

const { hosts: HOSTS } = modes.v1.edge;

export function v1Edge(catalog: Catalog, config: GatewayConfig, notify: Notify): Edge {
  const allowed = originRule(config, notify);

  async function admit(request: HttpRequest, observe: Observe): Promise<Answer | Passage> {
    const found = await route(request, catalog, config.baseDomain);
    observe(found.step);
    if (isAnswer(found)) return found;
    const project = found.value;

    const asked = preflight(request);
    if (asked !== undefined) {
      const response: HttpResponse = { status: 200, headers: preflightHeaders(asked.origin, allowed), body: "" };
      const answer = answered("edge", "edge.preflight", response, { ...asked, allowed: allowed(asked.origin) });
      observe(answer.step);
      return { ...answer, project };
    }

    const inner = inside(request);
    observe(inner.step);
    return passage(inner.value, project, header(request.headers, "origin"), allowed);
  }
  return { admit };
}

const inside = rememberForKept((request: HttpRequest) => {
  const inner = forwardAsEdge(request);
  // So that PostgREST, too, gets the same object for the same request.
  if (isKept(request)) keep(inner.value);
  return inner;
});

/** Custom domains and the slug-hash form are not routed in this mode; a trailing dot is. */
async function route(
  request: HttpRequest,
  catalog: Catalog,
  baseDomain: string,
): Promise<Passed<CatalogEntry> | Answer> {
  const hostname = hostnameOf(header(request.headers, "host") ?? "");
  const { names, evidence } = soughtBy(hostname, baseDomain);
  const routed = names !== null && HOSTS.includes(names.form);
  const entry = await lookUp(hostname, routed ? names : null, catalog);
  if (entry?.mode === "v1_dedicated") {
    const code = `host.${routed ? names.form : "local"}`;
    return passed("host", code, entry, { ...evidence, projectId: entry.projectId });
  }
  const notFound = text(404, "404 page not found\n", [["x-content-type-options", "nosniff"]]);
  return refused("host", entry === null ? "host.unknown" : "project.mode", notFound, {
    ...evidence,
    mode: entry?.mode,
  });
}

/** A catalog that is down looks like an unknown project. */
async function lookUp(hostname: string, names: HostNames | null, catalog: Catalog): Promise<CatalogEntry | null> {
  try {
    if (names !== null) return await catalog.bySlugAndHash(names.slug, names.hash);
    return isLocalName(hostname) ? await catalog.local() : null;
  } catch {
    return null;
  }
}

/** Whatever follows one colon is taken for a port. */
const hostnameOf = (host: string): string =>
  host
    .toLowerCase()
    .replace(/^([^:]*):[^:]*$/, "$1")
    .replace(/\.$/, "");

function passage(
  request: HttpRequest,
  project: CatalogEntry,
  origin: string | undefined,
  allowed: OriginRule,
): Passage {
  return {
    project,
    request,
    dropsBody: false,
    timeoutMs: undefined,
    followsRedirects: false,
    present: (response) => presentWithCors(response, origin, allowed),
    // Without a content type, which this proxy does not guess.
    failure: (kind) =>
      kind === "timeout"
        ? { status: 504, headers: [], body: "Gateway Timeout" }
        : { status: 502, headers: [], body: "Bad Gateway" },
    release: () => {},
  };
}
