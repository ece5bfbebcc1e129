/** The records the identity provider keeps. Plain JSON, so that a snapshot is the records themselves. Times in ms. */
export type Metadata = Readonly<Record<string, unknown>>;

export interface EmailAddress {
  readonly id: string;
  readonly email: string;
  readonly verified: boolean;
}

export interface User {
  readonly id: string;
  /** What people type on the command line; the file's `name`, absent for users made at run time. */
  handle?: string;
  username: string | null;
  firstName: string | null;
  lastName: string | null;
  externalId: string | null;
  emails: EmailAddress[];
  primaryEmailId: string | null;
  passwordHash: string | null;
  publicMetadata: Metadata;
  privateMetadata: Metadata;
  unsafeMetadata: Metadata;
  readonly createdAt: number;
  updatedAt: number;
  lastSignInAt: number | null;
  /** Fingerprint of the users-file entry it was made from; absent for users made at run time. */
  seed?: string;
}

export interface Organization {
  readonly id: string;
  name: string;
  slug: string;
  publicMetadata: Metadata;
  privateMetadata: Metadata;
  createdBy: string | null;
  readonly createdAt: number;
  updatedAt: number;
}

export interface Membership {
  readonly id: string;
  readonly organizationId: string;
  readonly userId: string;
  /** With its prefix: `org:admin`. */
  role: string;
  publicMetadata: Metadata;
  privateMetadata: Metadata;
  readonly createdAt: number;
  updatedAt: number;
  /** Comes from the users file, and goes with it. */
  seeded?: boolean;
}

export type SessionStatus = "active" | "ended" | "removed" | "revoked";

export interface Session {
  readonly id: string;
  readonly userId: string;
  readonly clientId: string;
  status: SessionStatus;
  /** When the first factor was verified; null for sessions a server made. */
  readonly verifiedAt: number | null;
  activeOrganizationId: string | null;
  lastActiveAt: number;
  readonly expireAt: number;
  readonly abandonAt: number;
  readonly createdAt: number;
  updatedAt: number;
}

/** One browser, known by its dev-browser id or by the secret in its `__client` cookie; or a server, known by neither. */
export interface Client {
  readonly id: string;
  readonly devBrowser: string | null;
  readonly cookie: string;
  lastActiveSessionId: string | null;
  signInId: string | null;
  signUpId: string | null;
  readonly createdAt: number;
  /** Becomes `__client_uat`; a session token issued before it sends servers into a handshake. */
  updatedAt: number;
}

export interface SignIn {
  readonly id: string;
  readonly clientId: string;
  status: "needs_identifier" | "needs_first_factor" | "complete";
  identifier: string | null;
  userId: string | null;
  /** The strategy under way or last used. */
  strategy: string | null;
  verified: boolean;
  createdSessionId: string | null;
  readonly createdAt: number;
}

export interface SignUp {
  readonly id: string;
  readonly clientId: string;
  email: string | null;
  username: string | null;
  firstName: string | null;
  lastName: string | null;
  passwordHash: string | null;
  unsafeMetadata: Metadata;
  prepared: boolean;
  verified: boolean;
  createdUserId: string | null;
  createdSessionId: string | null;
  readonly createdAt: number;
}

export interface SignInToken {
  readonly id: string;
  readonly userId: string;
  readonly token: string;
  status: "pending" | "accepted" | "revoked";
  readonly expiresAt: number;
  readonly createdAt: number;
  updatedAt: number;
}

export interface JwtTemplate {
  readonly id: string;
  name: string;
  claims: Readonly<Record<string, unknown>>;
  /** Seconds. */
  lifetime: number;
  /** Seconds `nbf` lies before `iat`. */
  allowedClockSkew: number;
  signingAlgorithm: TemplateAlgorithm;
  /** The text that signs HS… tokens; null signs with the Flux project's secret of the moment. */
  signingKey: string | null;
  readonly createdAt: number;
  updatedAt: number;
  /** Comes from the config, and goes with it. */
  seeded?: boolean;
}

export type TemplateAlgorithm = "HS256" | "HS384" | "HS512" | "RS256";
