/** Everything the identity provider remembers, in memory; a snapshot is JSON for the state folder. */
import type {
  Client,
  JwtTemplate,
  Membership,
  Organization,
  Session,
  SignIn,
  SignInToken,
  SignUp,
  User,
} from "./types.ts";

export interface IdpSnapshot {
  readonly version: 1;
  readonly users: readonly User[];
  readonly organizations: readonly Organization[];
  readonly memberships: readonly Membership[];
  readonly sessions: readonly Session[];
  readonly clients: readonly Client[];
  readonly signInTokens: readonly SignInToken[];
  readonly templates: readonly JwtTemplate[];
}

export class Store {
  readonly users = new Map<string, User>();
  readonly organizations = new Map<string, Organization>();
  readonly memberships = new Map<string, Membership>();
  readonly sessions = new Map<string, Session>();
  readonly clients = new Map<string, Client>();
  readonly signInTokens = new Map<string, SignInToken>();
  readonly templates = new Map<string, JwtTemplate>();
  /** Half-finished attempts and nonces live minutes; they are not worth keeping over a restart. */
  readonly signIns = new Map<string, SignIn>();
  readonly signUps = new Map<string, SignUp>();
  readonly handshakes = new Map<string, readonly string[]>();

  #revision = 0;

  /** Grows with every change that a snapshot would show. */
  get revision(): number {
    return this.#revision;
  }

  changed(): void {
    this.#revision++;
  }

  snapshot(): IdpSnapshot {
    // Sessions that ended explain nothing after a restart, and a browser without one has nothing to lose.
    const sessions = [...this.sessions.values()].filter((session) => session.status === "active");
    const inUse = new Set(sessions.map((session) => session.clientId));
    return {
      version: 1,
      users: [...this.users.values()],
      organizations: [...this.organizations.values()],
      memberships: [...this.memberships.values()],
      sessions,
      clients: [...this.clients.values()].filter((client) => inUse.has(client.id)),
      signInTokens: [...this.signInTokens.values()],
      templates: [...this.templates.values()],
    };
  }

  restore(snapshot: IdpSnapshot): void {
    // Cloned: the records are changed in place, and the snapshot is the caller's.
    const { users, organizations, memberships, sessions, clients, signInTokens, templates } = structuredClone(snapshot);
    fill(this.users, users);
    fill(this.organizations, organizations);
    fill(this.memberships, memberships);
    fill(this.sessions, sessions);
    fill(this.clients, clients);
    fill(this.signInTokens, signInTokens);
    fill(this.templates, templates);
  }
}

function fill<T extends { readonly id: string }>(map: Map<string, T>, records: readonly T[]): void {
  map.clear();
  for (const record of records) map.set(record.id, record);
}
