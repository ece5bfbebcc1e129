/** Questions to a running stack about its security: why, who may do what, which mistakes are there. */
import type { ExplainOptions, KnownUser } from "../../diagnosis/context.ts";
import type { CoverageReport } from "../../diagnosis/coverage/types.ts";
import type { Difference } from "../../diagnosis/diff/types.ts";
import type { LintReport } from "../../diagnosis/lint/lint.ts";
import type { Matrix } from "../../diagnosis/matrix/types.ts";
import { trapHttpRequest, trapToken } from "../../diagnosis/traps/request.ts";
import type { TrapRequest } from "../../diagnosis/traps/schema.ts";
import type { Diagnosis } from "../../diagnosis/types.ts";
import type { GatewayConfig } from "../../gateway/types.ts";
import type { HttpRequest } from "../../http/message.ts";
import type { Idp } from "../../idp/idp.ts";
import { projectHosts } from "../../project/address.ts";
import type { ModeName } from "../../project/mode/types.ts";
import { TraceRing } from "../../trace/ring.ts";
import type { Trace } from "../../trace/trace.ts";
import { verdictOf } from "../../trace/verdict.ts";
import type { Conditions } from "../conditions.ts";
import type { ModeSwitch } from "../mode-switch.ts";
import { issueToken } from "../tokens.ts";
import { type AskedRequest, askedRequest } from "./asked-request.ts";
import { type DiagnosedStack, diagnosisContext, projectSql } from "./context.ts";
import { credentialOf } from "./credential.ts";
import { prepareExplanations } from "./readiness.ts";
import { openRehearsal, type RehearsalParts } from "./rehearsal.ts";
import { retrace } from "./retrace.ts";
import { nothingToExplain, unknownTrace } from "./words.ts";

export interface DiagnosisParts extends DiagnosedStack {
  readonly idp: Idp;
  readonly modes: ModeSwitch;
  readonly conditions: Conditions;
  readonly config: GatewayConfig;
  /** Of the live gateway. */
  readonly traces: TraceRing;
}

/** What to explain: a trace by its id, a request to ask now, or (neither) the last one that failed or came back empty. */
export interface WhyQuestion extends ExplainOptions {
  readonly trace?: string | undefined;
  readonly request?: AskedRequest | undefined;
  /** For a request to ask; default: the live mode. */
  readonly mode?: ModeName | undefined;
}

export interface WhyAnswer {
  readonly diagnosis: Diagnosis;
  readonly users: readonly KnownUser[];
}

export interface DiffAnswer {
  readonly difference: Difference;
  readonly v1: Diagnosis;
  readonly v2: Diagnosis;
  readonly text: string;
}

/** Beside the ring of the live gateway: requests that only `why` asked, so that their ids can be looked up as well. */
const ASKED = { traces: 50, bytes: 8 * 1024 * 1024 };

export class StackDiagnosis {
  readonly #parts: DiagnosisParts;
  readonly #asked = new TraceRing(ASKED);

  constructor(parts: DiagnosisParts) {
    this.#parts = parts;
  }

  async why({ trace: id, request, mode, ...options }: WhyQuestion): Promise<WhyAnswer> {
    const trace =
      request !== undefined ? await this.ask(request, mode) : id === undefined ? this.#lastFailure() : this.#trace(id);
    const users = this.#parts.project.users.map(({ name, id }) => ({ name, id }));
    return { diagnosis: await this.explain(trace, options), users };
  }

  /** The same request on v1 and on v2. */
  async diff(request: AskedRequest): Promise<DiffAnswer> {
    const { explainDifference } = await import("../../diagnosis/diff/difference.ts");
    const { renderDifference } = await import("../../diagnosis/diff/render.ts");
    const side = async (mode: ModeName) => {
      const trace = await this.ask(request, mode);
      return { trace, diagnosis: await this.explain(trace) };
    };
    const sides = { v1: await side("v1"), v2: await side("v2") };
    const difference = explainDifference(sides, this.#parts.project.identity);
    const text = renderDifference(sides, difference);
    return { difference, v1: sides.v1.diagnosis, v2: sides.v2.diagnosis, text };
  }

  async explain(trace: Trace, options: ExplainOptions = {}): Promise<Diagnosis> {
    const ready = prepareExplanations();
    const live = await this.#parts.modes.ready(trace.mode);
    await ready;
    const { explain } = await import("../../diagnosis/explain.ts");
    const retraced = await retrace(trace, live, this.#parts);
    const diagnosis = await explain(retraced?.trace ?? trace, diagnosisContext(this.#parts, live), options);
    return retraced === undefined ? diagnosis : { ...diagnosis, notes: [...diagnosis.notes, retraced.note] };
  }

  /** Sends a request that leaves nothing behind. */
  async ask(asked: AskedRequest, mode: ModeName = this.#parts.modes.current): Promise<Trace> {
    const { idp, state, clock, project } = this.#parts;
    const host = projectHosts(project.identity, project.config.baseDomain).flat;
    const credential = credentialOf(asked, { idp, clock, mode, secret: state.now.secrets.project[mode] });
    return this.rehearse(mode, (send) => send(askedRequest(asked, credential, host)));
  }

  /** The same for a request of a trap, whose token may be wrong on purpose. */
  askTrap(request: TrapRequest): Promise<Trace> {
    const { idp, state, clock, project, modes } = this.#parts;
    const mode = modes.current;
    const secrets = state.now.secrets.project;
    const asked = trapToken(request, secrets[mode === "v1" ? "v2" : "v1"]);
    const credential =
      asked === undefined
        ? credentialOf({ key: request.key }, { idp, clock, mode, secret: secrets[mode] })
        : issueToken(idp, secrets[mode], clock, asked).token;
    const { headers, ...rest } = trapHttpRequest(request, credential);
    const host = ["Host", projectHosts(project.identity, project.config.baseDomain).flat] as const;
    return this.rehearse(mode, (send) => send({ ...rest, headers: [host, ...headers] }));
  }

  /** Several such requests. */
  async rehearse<T>(
    mode: ModeName,
    work: (send: (request: HttpRequest) => Promise<Trace>) => Promise<T>,
    more: Pick<RehearsalParts, "projectState"> = {},
  ): Promise<T> {
    const live = await this.#parts.modes.ready(mode);
    const rehearsal = await openRehearsal(live, { ...this.#parts, ...more });
    const send = async (request: HttpRequest) => {
      const trace = await rehearsal.send(request);
      this.#asked.add(trace);
      return trace;
    };
    return work(send).finally(() => rehearsal.close());
  }

  async lint(mode: ModeName = this.#parts.modes.current): Promise<LintReport> {
    const { project, modes } = this.#parts;
    const { admin } = diagnosisContext(this.#parts, await modes.ready(mode));
    const { lint } = await import("../../diagnosis/lint/lint.ts");
    const { identity, config } = project;
    return lint({ mode, project: identity, admin, files: projectSql(project), ignore: config.lint.ignore });
  }

  /** Users of the users file, and nobody; tables; verbs. Nothing that is written remains. */
  async matrix(mode: ModeName = this.#parts.modes.current): Promise<Matrix> {
    const { project, modes, idp, state, clock } = this.#parts;
    const { admin } = diagnosisContext(this.#parts, await modes.ready(mode));
    const { runMatrix } = await import("../../diagnosis/matrix/run.ts");
    const { ANONYMOUS } = await import("../../diagnosis/matrix/types.ts");
    const host = ["Host", projectHosts(project.identity, project.config.baseDomain).flat] as const;
    const with_ = { idp, clock, mode, secret: state.now.secrets.project[mode] };
    const users = project.users.map(({ name, id }) => ({ name, id }));
    return this.rehearse(
      mode,
      (send) =>
        runMatrix({
          mode,
          project: project.identity,
          admin,
          subjects: [...users, { name: ANONYMOUS, id: null }],
          request: async ({ headers, ...request }, as) => {
            const token = as.id === null ? undefined : credentialOf({ as: as.id }, with_);
            const bearer = token === undefined ? [] : [["Authorization", `Bearer ${token}`] as const];
            return (await send({ ...request, headers: [host, ...bearer, ...headers] })).response;
          },
        }),
      // Who may do what does not depend on whether the project sleeps.
      { projectState: "active" },
    );
  }

  /** Which policies the live gateway's requests have put to the question. */
  async coverage(mode: ModeName = this.#parts.modes.current): Promise<CoverageReport> {
    const { traces, modes } = this.#parts;
    const context = diagnosisContext(this.#parts, await modes.ready(mode));
    const { policyCoverage } = await import("../../diagnosis/coverage/coverage.ts");
    return policyCoverage(traces.all(), mode, context);
  }

  #trace(id: string): Trace {
    const found = this.#parts.traces.get(id) ?? this.#asked.get(id);
    if (found === undefined) throw unknownTrace(id);
    return found;
  }

  #lastFailure(): Trace {
    const found = this.#parts.traces.last((trace) => verdictOf(trace).kind !== "ok");
    if (found === undefined) throw nothingToExplain();
    return found;
  }
}
