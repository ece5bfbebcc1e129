/** What lint finds, and what it looks at. */
import type { ProjectIdentity } from "../../project/identity.ts";
import type { ModeName, ModeNames } from "../../project/mode/types.ts";
import type { FunctionInfo, Policy, Relation } from "../catalog/types.ts";
import type { DiagnosisCode } from "../codes.ts";
import type { DiagnosisContext, Source } from "../context.ts";
import type { Predicate } from "../predicates.ts";
import type { SourceOf, SqlText } from "../sources.ts";
import type { Fix } from "../types.ts";

export interface LintContext {
  readonly mode: ModeName;
  readonly project: ProjectIdentity;
  /** Superuser connection to the database of that mode, as for `explain`. */
  readonly admin: DiagnosisContext["admin"];
  /** The project's migrations in the order they are pushed. */
  readonly files: readonly SqlText[];
  /** `lint.ignore` of the configuration. */
  readonly ignore: readonly string[];
}

/** One mistake that shows without a request. */
export interface LintFinding {
  /** Stable; what `lint.ignore` and `-- flux-dev: ignore` name. */
  readonly code: string;
  /** `error`: it does not do what it says. `warning`: it works, but slower, wider or narrower than meant. */
  readonly severity: "error" | "warning";
  /** As SQL would name it: `policy notes_select on notes`. */
  readonly object: string;
  /** One sentence: what is wrong. */
  readonly message: string;
  /** Why that is a mistake. */
  readonly reason: string;
  readonly fix: Fix;
  /** Where it was made; absent when no file tells. */
  readonly source?: Source;
  /** Codes that `why` gives to requests that run into it. */
  readonly why?: readonly DiagnosisCode[];
}

/** One mistake to look for. `check` is pure. */
export interface LintRule {
  readonly code: string;
  /** Absent: both. */
  readonly mode?: ModeName;
  check(catalog: LintCatalog): readonly LintFinding[];
}

export type Privilege = "SELECT" | "INSERT" | "UPDATE" | "DELETE";

/** A table or view with what lint asks about it besides. */
export interface LintRelation extends Relation {
  /** In the API schema. */
  readonly exposed: boolean;
  readonly comment: string | null;
  /** The table that it is a partition of. */
  readonly partitionOf: string | null;
  /** Whether the owner is bound by no policy at all: superuser or BYPASSRLS. */
  readonly ownerBypasses: boolean;
  /** By request role: privileges on the whole table, or on some of its columns. */
  readonly privileges: Readonly<Record<string, readonly Privilege[]>>;
  /** By request role: the columns it may SELECT. */
  readonly readable: Readonly<Record<string, readonly string[]>>;
  /** Triggers for each row or statement, with the function they run. */
  readonly triggers: ReadonlyArray<{
    readonly name: string;
    readonly function: number;
    readonly events: readonly Privilege[];
  }>;
  /** First columns of its indexes. */
  readonly indexed: readonly string[];
  /** Sequences that defaults call, and the request roles that may. */
  readonly sequences: ReadonlyArray<{
    readonly column: string;
    readonly sequence: string;
    readonly usableBy: readonly string[];
  }>;
  /** The project's functions that defaults call, and the request roles that may. */
  readonly defaultCalls: ReadonlyArray<{
    readonly column: string;
    readonly function: string;
    readonly executableBy: readonly string[];
  }>;
  /** Of a view: the tables it reads at last, as which role each is read, and by which view on the way. */
  readonly reads: ReadonlyArray<{
    readonly table: string;
    readonly role: string;
    readonly by: Pick<Relation, "schema" | "name">;
  }>;
}

export interface LintClause {
  readonly clause: "using" | "check";
  readonly text: string;
  readonly predicate: Predicate;
  /** The project's own functions that it calls, and those they call. */
  readonly functions: readonly LintFunction[];
}

export interface LintPolicy extends Policy {
  readonly table: LintRelation;
  readonly clauses: readonly LintClause[];
  /** Read in its expressions or in the functions they call. */
  readonly claims: readonly string[];
  readonly legacyClaims: readonly string[];
  /** Tables of its own sub-selects, without those in functions. */
  readonly tables: readonly string[];
  /** Columns of other tables that it depends on, as Postgres has noted; none of a table whose rows it only counts. */
  readonly columnsRead: ReadonlyArray<{ readonly table: number; readonly columns: readonly string[] }>;
  /** The project's own functions among those it calls. */
  readonly functions: readonly LintFunction[];
}

export interface LintFunction extends FunctionInfo {
  readonly exposed: boolean;
  readonly ownerBypasses: boolean;
  /** Request roles that may call it. */
  readonly executableBy: readonly string[];
  readonly tables: readonly string[];
  /** Nobody can call it but a trigger. */
  readonly forTrigger: boolean;
  /** Its own search_path is set, or its body was bound to objects when it was made. */
  readonly pathFixed: boolean;
  /** Its body, or a function that it calls, reads a claim of the request. */
  readonly asksWho: boolean;
  /** Its own `statement_timeout`, as declared. */
  readonly timeout: string | null;
}

/** What `ALTER ROLE … SET` has said of a role that requests run as. */
export interface RoleSetting {
  readonly role: string;
  /** `statement_timeout=5s` */
  readonly setting: string;
  /** What PostgREST connects as is a direct member of it: only of such roles does PostgREST ask for settings. */
  readonly isAsked: boolean;
}

/** Everything the rules look at: one state of one project's catalogs and files, in one mode. */
export interface LintCatalog {
  readonly mode: ModeName;
  readonly names: ModeNames;
  /** Roles that requests run as and that row security is for. */
  readonly roles: readonly string[];
  readonly relations: readonly LintRelation[];
  /** Of partitioned tables. Apart from their own row security they are no tables to look at. */
  readonly partitions: readonly LintRelation[];
  readonly policies: readonly LintPolicy[];
  readonly functions: readonly LintFunction[];
  readonly roleSettings: readonly RoleSetting[];
  readonly files: readonly SqlText[];
  readonly sourceOf: SourceOf;
}
