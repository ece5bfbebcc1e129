/** The identity provider as one value: a handler for HTTP and the functions the stack, the CLI and the test kit call. */
import { type HttpRequest, type HttpResponse, header } from "../http/message.ts";
import type { ProjectUser } from "../project/users.ts";
import { type Clock, systemClock } from "../time/clock.ts";
import { type Call, findRoute, type Route, readCall } from "./call.ts";
import type { IdpContext } from "./context.ts";
import { preflight, withCors } from "./cors.ts";
import { authorizationMissing, ClerkError, headersConflict, notFound, secretKeyInvalid } from "./errors.ts";
import { type IdpKeys, type Instance, openInstance } from "./keys.ts";
import { type MintedToken, type MintOptions, mintToken } from "./mint.ts";
import { backendRoutes } from "./routes/backend/index.ts";
import { emulatorRoutes } from "./routes/emulator/index.ts";
import { frontendRoutes } from "./routes/frontend/index.ts";
import { type IdpSnapshot, Store } from "./store/store.ts";
import type { User } from "./store/types.ts";
import { applyUsersFile, findUser } from "./store/users.ts";
import { applyTemplates, type TemplatesConfig } from "./templates.ts";

export interface IdpOptions {
  readonly keys: IdpKeys;
  readonly users: readonly ProjectUser[];
  /**
   * Asked before each use: the users file's entries if they changed since the last time, else undefined. When it throws,
   * the message is logged and the users stay as they are.
   */
  readonly changedUsers?: () => readonly ProjectUser[] | undefined;
  /** The Flux project's secret at this moment; asked for each time, since it may change with the mode. */
  readonly projectSecret: () => string;
  /** JWT templates besides (or instead of) the built-in `flux`. */
  readonly templates?: TemplatesConfig;
  readonly clock?: Clock;
  /** State of an earlier run, as `persist` received it. */
  readonly saved?: IdpSnapshot | undefined;
  /** Called after each change with all state to keep. */
  readonly persist?: (snapshot: IdpSnapshot) => void;
  /** Folders whose `node_modules` may hold `@clerk/clerk-js` and `@clerk/ui`, usually the project's. */
  readonly scriptRoots?: readonly string[];
  /** One line for people, such as an unknown route an app called. */
  readonly log?: (line: string) => void;
}

export interface Idp {
  readonly instance: Instance;
  /** Answers for both APIs and the emulator's pages; never rejects. */
  handle(request: HttpRequest): Promise<HttpResponse>;
  /** A token for a user. Throws `MintError` with a sentence when the user, template or organisation does not exist. */
  mint(options: MintOptions): MintedToken;
  /** Takes over a changed users file; users made at run time stay. */
  setUsers(users: readonly ProjectUser[]): void;
  /** Takes over changed templates. Throws an `Error` with a sentence that names the template when one is refused. */
  setTemplates(templates: TemplatesConfig): void;
  users(): readonly User[];
  /** By name in the users file, id, e-mail address or user name. */
  findUser(called: string): User | undefined;
  snapshot(): IdpSnapshot;
}

export function createIdp(options: IdpOptions): Idp {
  const ctx = contextOf(options);
  const { store, clock, instance } = ctx;
  let persisted = store.revision;
  const persist = () => {
    if (store.revision === persisted) return;
    persisted = store.revision;
    options.persist?.(store.snapshot());
  };
  const setUsers = (users: readonly ProjectUser[]) => {
    applyUsersFile(store, clock, users);
    persist();
  };
  const refresh = () => {
    try {
      const users = options.changedUsers?.();
      if (users) setUsers(users);
    } catch (error) {
      options.log?.(`${(error as Error).message} The users stay as they were.`);
    }
  };
  return {
    instance,
    async handle(request) {
      refresh();
      const response = await answer(ctx, request, options.log);
      persist();
      return response;
    },
    mint(mintOptions) {
      refresh();
      const token = mintToken(ctx, mintOptions);
      persist();
      return token;
    },
    setUsers,
    setTemplates: (templates) => applyTemplates(store, clock, templates),
    users() {
      refresh();
      return [...store.users.values()];
    },
    findUser(called) {
      refresh();
      return findUser(store, called);
    },
    snapshot: () => store.snapshot(),
  };
}

function contextOf(options: IdpOptions): IdpContext {
  const store = new Store();
  const clock = options.clock ?? systemClock;
  if (options.saved) store.restore(options.saved);
  applyTemplates(store, clock, options.templates ?? {});
  applyUsersFile(store, clock, options.users);
  return {
    instance: openInstance(options.keys),
    store,
    clock,
    projectSecret: options.projectSecret,
    scriptRoots: options.scriptRoots ?? [],
  };
}

/** Both of Clerk's APIs share the port: a secret key in the Authorization header is what tells them apart. */
async function answer(ctx: IdpContext, request: HttpRequest, log: IdpOptions["log"]): Promise<HttpResponse> {
  const authorization = header(request.headers, "authorization");
  const bySecretKey = /^bearer\s+sk_/i.test(authorization ?? "");
  const origin = header(request.headers, "origin");
  try {
    if (request.method === "OPTIONS") return withCors(preflight(), origin);
    const call = readCall(request);
    if (bySecretKey) {
      if (authorization?.slice(7).trim() !== ctx.instance.secretKey) throw secretKeyInvalid();
      return await dispatch(ctx, backendRoutes, call);
    }
    if (!findRoute(openRoutes, call) && findRoute(backendRoutes, call)) throw authorizationMissing();
    // A page has an origin and an app of its own kind a token: with both, a client attached one where it must not.
    if (authorization !== undefined && origin !== undefined && findRoute(frontendRoutes, call)) throw headersConflict();
    const response = await dispatch(ctx, openRoutes, call);
    return withCors(withCookies(response, call), origin);
  } catch (error) {
    if (error instanceof UnknownRoute)
      log?.(`${request.method} ${request.path}: Clerk's clients asked for something that is not emulated`);
    const refusal = error instanceof ClerkError ? error : internalError(error, log);
    return bySecretKey ? refusal.toResponse() : withCors(refusal.toResponse(), origin);
  }
}

const openRoutes: readonly Route[] = [...frontendRoutes, ...emulatorRoutes];

class UnknownRoute extends ClerkError {
  constructor(call: Call) {
    const { status, code, message, longMessage } = notFound(
      "not found",
      `${call.method} ${call.path} is not part of the emulated API.`,
    );
    super(status, code, message, longMessage);
  }
}

async function dispatch(ctx: IdpContext, routes: readonly Route[], call: Call): Promise<HttpResponse> {
  const found = findRoute(routes, call);
  if (!found) throw new UnknownRoute(call);
  return found.route.handle(ctx, { ...call, params: found.params });
}

function withCookies(response: HttpResponse, call: Call): HttpResponse {
  if (call.setCookies.length === 0) return response;
  const cookies = call.setCookies.map((value) => ["Set-Cookie", value] as const);
  return { ...response, headers: [...response.headers, ...cookies] };
}

function internalError(error: unknown, log: IdpOptions["log"]): ClerkError {
  const message = error instanceof Error ? error.message : String(error);
  log?.(`the identity provider failed: ${message}`);
  return new ClerkError(500, "internal_clerk_error", "Oops, an unexpected error occurred", message);
}
