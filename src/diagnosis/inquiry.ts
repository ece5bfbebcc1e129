/** Everything that the questions to the database share: whose request, under which claims, on which connection. */
import type { ModeNames } from "../project/mode/types.ts";
import type { Trace } from "../trace/trace.ts";
import type { Relation } from "./catalog/types.ts";
import type { DiagnosisContext, ExplainOptions, SourceObject } from "./context.ts";
import type { SentRequest } from "./evidence.ts";
import type { Replay } from "./replay/request.ts";
import type { Identity, Session } from "./replay/session.ts";
import type { ClaimsTable } from "./types.ts";
import { showName, showValue } from "./words.ts";

export interface InquiryParts {
  readonly trace: Trace;
  readonly context: DiagnosisContext;
  readonly options: ExplainOptions;
  readonly names: ModeNames;
  readonly session: Session;
  readonly replay: Replay;
  readonly sent: SentRequest;
  readonly claims: ClaimsTable;
}

export class Inquiry {
  readonly trace: Trace;
  readonly context: DiagnosisContext;
  readonly options: ExplainOptions;
  /** Names of the project's schema and roles in this mode. */
  readonly names: ModeNames;
  readonly session: Session;
  readonly replay: Replay;
  readonly sent: SentRequest;
  readonly claims: ClaimsTable;
  readonly #notes = new Set<string>();

  constructor(parts: InquiryParts) {
    this.trace = parts.trace;
    this.context = parts.context;
    this.options = parts.options;
    this.names = parts.names;
    this.session = parts.session;
    this.replay = parts.replay;
    this.sent = parts.sent;
    this.claims = parts.claims;
  }

  /** The role the request ran as. */
  get role(): string {
    return this.sent.role;
  }

  get notes(): readonly string[] {
    return [...this.#notes];
  }

  note(text: string): void {
    this.#notes.add(text);
  }

  /** An owner is somebody that PostgREST's login role could not become, so the superuser does. */
  identity(role: string = this.role, more: Partial<Identity> = {}): Identity {
    return { login: role === this.role ? this.replay.login : "postgres", role, ...more };
  }

  /** As a migration of this project would name it. */
  show({ schema, name }: Pick<Relation, "schema" | "name">): string {
    return showName(schema, name, this.names.schema);
  }

  value(value: unknown): string {
    return showValue(value, this.context.users);
  }

  /**
   * A role as a migration names it. On v2 a push turns `authenticated` into the project's own role, but in few statements
   * only, so that is said where it holds.
   */
  grantee(role: string = this.role): string {
    return this.trace.mode === "v2" && role === this.names.userRole ? "authenticated" : role;
  }

  /** ` (migrations/001.sql:12)`, or nothing. */
  where(object: SourceObject): string | undefined {
    const source = this.context.sourceOf?.(object);
    return source === undefined ? undefined : `${source.file}:${source.line}`;
  }
}
