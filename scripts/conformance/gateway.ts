/**
 * The recordings through this project's gateway. They were made on PostgREST itself, so those are left out that ask for what
 * a gateway changes, refuses or answers on its own; what it does then is the business of the gateway's own recordings.
 */
import { createHash } from "node:crypto";
import { METHODS } from "node:http";
import { MemoryCatalog } from "../../src/gateway/catalog.ts";
import { createGateway } from "../../src/gateway/gateway.ts";
import { listenGateway } from "../../src/gateway/server.ts";
import type { CatalogEntry } from "../../src/gateway/types.ts";
import { type HttpRequest, header, withoutHeaders } from "../../src/http/message.ts";
import { projectHosts } from "../../src/project/address.ts";
import { tenantNames } from "../../src/project/tenant.ts";
import { systemClock } from "../../src/time/clock.ts";
import { signJws, splitJws } from "../../src/tokens/jws.ts";
import type { Item, Step } from "./corpus.ts";
import { atUrl, type Start } from "./targets.ts";

const BASE_DOMAIN = "flux.localhost";
const isV2 = (config: string): boolean => config.startsWith("v2");

/** Starts what `start` starts, and a gateway of the configuration's mode in front of it. */
export const throughGateway =
  (start: Start): Start =>
  async (config, env, port) => {
    const inner = await start(config, env, port);
    const mode = isV2(config) ? "v2" : "v1";
    const catalog = new MemoryCatalog();
    const gateway = createGateway({
      catalog,
      config: { baseDomain: BASE_DOMAIN, poolSecret: env["PGRST_JWT_SECRET"]!, strict: true },
      clock: systemClock,
      mode: () => mode,
      upstream: () => (inner.url === undefined ? (request) => inner.send(request) : { url: inner.url }),
    });
    const listening = await listenGateway(gateway, { port: 0 });
    const outer = atUrl(listening.url);
    const address = mode === "v2" ? addressToTenant(catalog) : addressToProject(catalog);
    return {
      // The OpenAPI document names PostgREST's own address.
      send: async (request) => ({ ...(await outer.send(address(request))), host: inner.host }),
      host: inner.host,
      stop: async () => {
        await outer.stop();
        await listening.close();
        await inner.stop();
      },
    };
  };

type Address = (request: HttpRequest) => HttpRequest;

function project(mode: CatalogEntry["mode"], id: string): CatalogEntry {
  const secret = createHash("sha256").update(id).digest("base64");
  const hash = id.replaceAll("-", "").slice(0, 7);
  return {
    projectId: id,
    slug: "golden",
    hash,
    mode,
    jwtSecret: secret,
    lifecycle: "active",
    migrationStatus: null,
  };
}

/** v1 hands keys on as they are. */
function addressToProject(catalog: MemoryCatalog): Address {
  const entry = project("v1_dedicated", "5ecfa3ab-72d1-4c3e-9b1a-0d9c5e6f7a81");
  catalog.set(entry);
  const host = projectHosts(entry, BASE_DOMAIN).flat;
  return (request) => ({ ...request, path: `/rest/v1${request.path}`, headers: [...request.headers, ["Host", host]] });
}

/** v2 wants the project's own token; the recorded one is what it makes of that. */
function addressToTenant(catalog: MemoryCatalog): Address {
  return (request) => {
    const recorded = splitJws(header(request.headers, "authorization")!.replace("Bearer ", ""));
    if ("malformed" in recorded) throw new Error("A recording for the gateway has no readable token.");
    const { role: _, tenant_id, ...claims } = JSON.parse(recorded.payload) as { role: string; tenant_id: string };
    const entry = project("v2_shared", tenant_id);
    catalog.set(entry);
    const token = signJws({ alg: "HS256", typ: "JWT" }, claims, entry.jwtSecret!);
    const headers = withoutHeaders(request.headers, "authorization", "accept-profile", "content-profile");
    return {
      ...request,
      headers: [...headers, ["Authorization", `Bearer ${token}`], ["Host", projectHosts(entry, BASE_DOMAIN).flat]],
    };
  };
}

/** Why an item cannot be asked through the gateway; null when it can. */
export function unfitForGateway({ config, steps }: Item): string | null {
  for (const step of steps) {
    const reason = unfit(step) ?? (isV2(config) ? unfitForV2(step) : null);
    if (reason !== null) return reason;
  }
  return null;
}

function unfit({ method, path, headers }: Step): string | null {
  const [target = ""] = path.split("?");
  if (/\/\/|\/\.|\\|%2e/i.test(target)) return "both gateways normalise paths";
  if (Object.keys(headers).some((name) => name.toLowerCase() === "origin")) return "CORS is the gateway's";
  return METHODS.includes(method) && method !== "TRACE" ? null : "Node's HTTP cannot take or send the method";
}

function unfitForV2({ method, headers, as, body, bodyBase64, expect }: Step): string | null {
  if (as?.claims === undefined || as.raw !== undefined || as.tamper !== undefined || as.secret !== undefined) {
    return "the gateway refuses what is not the project's token";
  }
  const { role, tenant_id: tenant, sub, ...others } = as.claims;
  const names = typeof tenant === "string" ? tenantNames(tenant) : null;
  const minted = role === names?.runtimeRole && typeof sub === "string" && Object.keys(others).every(isEmail);
  if (!minted || as.alg !== undefined || as.header !== undefined || as.scheme !== undefined) {
    return "the gateway does not make such a bridge token";
  }
  if ((as.expOffset ?? 0) <= 0) return "the gateway refuses a token without a future expiry";
  const profiles = [headers["Accept-Profile"], headers["Content-Profile"]];
  if (profiles.some((profile) => profile !== names?.schema)) return "the gateway sets the profile itself";
  const hasBody = body !== undefined || bodyBase64 !== undefined;
  if (hasBody && (method === "GET" || method === "HEAD")) return "a body of GET and HEAD ends at the gateway";
  if (expect.headers["content-type"] === null && method !== "HEAD") return "the gateway gives such an answer a type";
  if (expect.headers["set-cookie"]?.includes(", ")) return "of several cookies the gateway keeps the last";
  return null;
}

const isEmail = (name: string): boolean => name === "email";
