/** Why a request was answered as it was: the first layer that decided, what it knew, and the line that mends it. */
import { target } from "../http/message.ts";
import { modes } from "../project/mode/mode.ts";
import { stepOf, type Trace } from "../trace/trace.ts";
import { claimsTable } from "./claims.ts";
import type { DiagnosisContext, ExplainOptions } from "./context.ts";
import { sentRequest } from "./evidence.ts";
import { beforeDatabase } from "./gateway/before-database.ts";
import { onDemand } from "./gateway/fault.ts";
import { Inquiry } from "./inquiry.ts";
import { ladder } from "./ladder.ts";
import { outcomeFindings } from "./outcome.ts";
import { loadParser } from "./predicates.ts";
import { Replay } from "./replay/request.ts";
import { OutOfTime, Session } from "./replay/session.ts";
import { requestFindings } from "./requests/findings.ts";
import { overwrittenProfile } from "./requests/profile.ts";
import type { Diagnosis, Findings } from "./types.ts";

/**
 * Explains a trace after the answer is out. Reads through its own connection, in one transaction that is rolled back.
 * Never rejects for what the request did; rejects when the context's database cannot be reached and is needed.
 */
export async function explain(
  trace: Trace,
  context: DiagnosisContext,
  options: ExplainOptions = {},
): Promise<Diagnosis> {
  const early = beforeDatabase(trace, context);
  // While Postgres is asked, the parser that the answers need can load.
  if (early === undefined) void loadParser();
  const { findings, notes } =
    early === undefined ? await inDatabase(trace, context, options) : { findings: early, notes: [] };
  const claims = claimsTable(trace);
  const finding = onDemand(trace, findings.finding);
  return {
    ...finding,
    request: {
      trace: trace.id,
      mode: trace.mode,
      method: trace.request.method,
      target: target(trace.request),
      status: trace.response.status,
      role: roleOf(trace),
      ms: trace.ms,
    },
    ladder: ladder(trace, finding, context),
    ...(claims === undefined ? {} : { claims }),
    also: findings.also,
    notes: [...profileNote(trace, context, findings), ...notes],
  };
}

/** A profile that was overwritten explains many an answer from the wrong place. */
function profileNote(trace: Trace, { project }: DiagnosisContext, { finding }: Findings): string[] {
  const own = modes[trace.mode].names(project).schema;
  const asked = overwrittenProfile(trace, own);
  if (asked === undefined || finding.code === "ok.profile-ignored" || stepOf(trace, "bridge") === undefined) return [];
  return [`The request asked for schema ${asked}; the v2 gateway overwrote that with ${own}.`];
}

const roleOf = (trace: Trace): string | null =>
  ((stepOf(trace, "statement") ?? stepOf(trace, "auth"))?.evidence["role"] as string | undefined) ?? null;

interface Explained {
  readonly findings: Findings;
  readonly notes: readonly string[];
}

function inDatabase(trace: Trace, context: DiagnosisContext, options: ExplainOptions): Promise<Explained> {
  const names = modes[trace.mode].names(context.project);
  const sent = sentRequest(trace);
  return context.admin((client) =>
    Session.run(client, async (session): Promise<Explained> => {
      if (sent === undefined) return { findings: await requestFindings(trace, context, session), notes: [] };
      const replay = new Replay(session, sent, names.loginRole);
      const claims = claimsTable(trace) ?? { sent: null, kept: null, seen: sent.claims, dropped: [] };
      const inquiry = new Inquiry({ trace, context, options, names, session, replay, sent, claims });
      const findings = await outcomeFindings(inquiry).catch((error: unknown) => {
        if (!(error instanceof OutOfTime)) throw error;
        inquiry.note("The explanation stopped after its time was up.");
        return undefined;
      });
      return { findings: findings ?? unfinished(trace), notes: inquiry.notes };
    }),
  );
}

/** What remains to be said when there was no time to look. */
const unfinished = (trace: Trace): Findings => ({
  finding: {
    code: "policies.unexplained",
    layer: "transaction",
    title: `The request was answered with ${trace.response.status}, and there was no time to find out why.`,
    because: [],
  },
  also: [],
});
