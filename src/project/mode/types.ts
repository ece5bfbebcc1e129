/** The shape of a mode. What differs between v1 and v2 stands in their two descriptions; the rest of the house reads it. */
import type { ProjectIdentity } from "../identity.ts";

export type ModeName = "v1" | "v2";

/** The platform's names, as in flux.json and the catalog. */
export type CatalogMode = "v1_dedicated" | "v2_shared";

export interface RoleShape {
  readonly name: string;
  readonly login: boolean;
  readonly inherit: boolean;
  readonly bypassRls: boolean;
  /** Undefined: no limit. */
  readonly connectionLimit?: number;
}

export interface SchemaShape {
  readonly name: string;
  readonly owner: string;
  /** Roles with USAGE; nobody but the owner has CREATE. */
  readonly usage: readonly string[];
  readonly comment?: string;
}

export interface ObjectGrant {
  readonly on: "TABLES" | "SEQUENCES";
  readonly privileges: string;
  readonly to: readonly string[];
}

/** Roles, schemas and privileges that are made together. */
export interface AccessShape {
  readonly roles: readonly RoleShape[];
  readonly memberships: ReadonlyArray<{ readonly role: string; readonly member: string }>;
  readonly schemas: readonly SchemaShape[];
  /** USAGE added on schemas that another step made. */
  readonly usage: ReadonlyArray<{ readonly schema: string; readonly to: readonly string[] }>;
  /** Granted again on what exists, at every provisioning. */
  readonly existing: ReadonlyArray<ObjectGrant & { readonly schema: string }>;
  /** Default privileges of what `creator` makes in `schema` later. */
  readonly defaults: ReadonlyArray<ObjectGrant & { readonly schema: string; readonly creator: string }>;
  readonly settings: ReadonlyArray<{
    readonly role: string;
    readonly name: string;
    readonly value: string;
    /** True: for this database only (`ALTER ROLE … IN DATABASE`). */
    readonly thisDatabase: boolean;
  }>;
}

/** Role and schema names of one project in one mode. */
export interface ModeNames {
  readonly schema: string;
  /** What PostgREST connects as. */
  readonly loginRole: string;
  /** `PGRST_DB_ANON_ROLE`. */
  readonly anonymousRole: string;
  /** What a signed-in user's request runs as. */
  readonly userRole: string;
  /** v1's role that ignores row security; v2 has none. */
  readonly serviceRole: string | undefined;
  /** Owns what a push makes. */
  readonly ownerRole: string;
}

/** What the v1 edge answers itself; v2 answers no preflight. */
export interface EdgeCors {
  readonly allowHeaders: string;
  readonly allowMethods: string;
  /** Seconds. */
  readonly maxAge: number;
  /** Origins allowed to every project without further configuration. */
  readonly origins: readonly string[];
}

export interface Mode {
  readonly name: ModeName;
  readonly catalogName: CatalogMode;
  readonly postgrestVersion: "12.0" | "12.2";
  readonly postgrestImage: string;
  readonly postgresImage: string;
  /** Schemas, roles and functions that exist once, before any project. */
  readonly shared: AccessShape;
  /** True: the pre-config and pre-request functions exist and PostgREST calls them. */
  readonly hooks: boolean;
  names(project: ProjectIdentity): ModeNames;
  /** What provisioning one project adds. */
  access(project: ProjectIdentity): AccessShape;
  /** PostgREST's environment without `PGRST_DB_URI` and `PGRST_JWT_SECRET`; everything absent is PostgREST's default. */
  postgrestSettings(project: ProjectIdentity): Readonly<Record<string, string>>;
  readonly edge: {
    /** Host forms that lead to the project. */
    readonly hosts: ReadonlyArray<"flat" | "dotted" | "slugHash" | "custom">;
    /** Cut off the front of the path when present, as plain text. */
    readonly stripPrefix: string | undefined;
    readonly cors: EdgeCors | undefined;
  };
  readonly tokens: {
    /** Who verifies the app's token. */
    readonly verifiedBy: "gateway" | "postgrest";
    /** Seconds of clock skew tolerated on exp and nbf. */
    readonly leeway: number;
    /** Claims that reach SQL; undefined: all of them. */
    readonly keptClaims: readonly string[] | undefined;
    /** Static keys, by the role they carry. */
    readonly keyRoles: readonly string[];
  };
}
