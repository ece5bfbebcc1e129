/** How the request's transaction ended, and which kind of explanation that asks for. */
import { decidingStep } from "../trace/trace.ts";
import { anonymousFindings } from "./anonymous.ts";
import { type TransactionEvidence, transactionEvidence } from "./evidence.ts";
import { connectionFinding, isConnectionFailure } from "./failures/connection.ts";
import { failureFindings } from "./failures/failures.ts";
import type { Inquiry } from "./inquiry.ts";
import type { SqlFailure } from "./replay/session.ts";
import { refusalFinding } from "./requests/refusals.ts";
import { callFindings } from "./rows/calls.ts";
import { manyFinding } from "./rows/many.ts";
import { readFinding } from "./rows/ok.ts";
import { returnedEmbeds } from "./rows/returned-embeds.ts";
import { noteUnknownColumn } from "./rows/samples.ts";
import { whyEmpty } from "./rows/why-empty.ts";
import { writtenFinding } from "./rows/written.ts";
import { strangerFindings } from "./stranger.ts";
import type { Finding, Findings } from "./types.ts";

export async function outcomeFindings(inquiry: Inquiry): Promise<Findings> {
  const evidence = transactionEvidence(inquiry.trace)!;
  const findings = await findingsOf(inquiry, evidence);
  await noteUnknownColumn(inquiry);
  return strangerFindings(inquiry, await anonymousFindings(inquiry, findings));
}

async function findingsOf(inquiry: Inquiry, evidence: TransactionEvidence): Promise<Findings> {
  const { trace } = inquiry;
  const { step } = evidence;
  if (step.outcome === "refused") {
    const kind = step.code.slice("transaction.".length);
    if (isConnectionFailure(kind)) return alone(connectionFinding(kind, evidence));
    if (kind === "pgrst116") return (await singular(inquiry)) ?? alone(refusalFinding(trace, step));
    if (evidence.sqlState === null) return alone(refusalFinding(trace, step));
    return failureFindings(inquiry, failureOf(evidence), evidence.statement);
  }
  const deciding = decidingStep(trace);
  if (deciding?.outcome === "refused") {
    const beyond = deciding.code === "response.pgrst103" ? await emptyOrUndefined(inquiry) : undefined;
    return beyond ?? alone(refusalFinding(trace, deciding));
  }
  const adopted = await inquiry.replay.adopt();
  if (!adopted.ok) return alone(answered(inquiry));
  return succeeded(inquiry, evidence);
}

const alone = (finding: Finding): Findings => ({ finding, also: [] });

const failureOf = ({ sqlState, message, detail, hint, where }: TransactionEvidence): SqlFailure => ({
  sqlState: sqlState ?? "XX000",
  message: message ?? "",
  detail,
  hint,
  where,
});

/** 406: an object was asked for, and there were several rows or none. */
async function singular(inquiry: Inquiry): Promise<Findings | undefined> {
  const rows = Number(/contains (\d+) rows/.exec(inquiry.trace.response.body.toString())?.[1] ?? "0");
  if (rows > 0) return alone(manyFinding(inquiry, rows));
  return emptyOrUndefined(inquiry);
}

async function emptyOrUndefined(inquiry: Inquiry): Promise<Findings | undefined> {
  const { plan } = inquiry.sent;
  const adopted = await inquiry.replay.adopt();
  if (!adopted.ok) return undefined;
  return whyEmpty(inquiry, plan);
}

async function succeeded(inquiry: Inquiry, { rows }: TransactionEvidence): Promise<Findings> {
  const { plan } = inquiry.sent;
  if (plan.media.kind === "plan") return alone(answered(inquiry));
  if (plan.kind === "call") return callFindings(inquiry, plan, rows);
  if (plan.kind === "read") {
    if (rows === 0) return (await whyEmpty(inquiry, plan)) ?? alone(changedSince(inquiry));
    return readFinding(inquiry, plan.read, rows ?? 0);
  }
  const changes = plan.mutate.kind !== "insert";
  if (rows === 0 && changes) return (await whyEmpty(inquiry, plan)) ?? alone(changedSince(inquiry));
  const embeds = await returnedEmbeds(inquiry, plan.read, plan.target);
  return embeds ?? alone(await writtenFinding(inquiry, plan.mutate, rows ?? 0));
}

const answered = ({ trace }: Inquiry): Finding => ({
  code: "ok.answered",
  layer: "response",
  title: `Nothing was refused: ${trace.response.status}.`,
  because: [],
});

const changedSince = ({ trace }: Inquiry): Finding => ({
  code: "ok.rows",
  layer: "response",
  title: `The request was answered with ${trace.response.status} and no rows; asked again, it has rows.`,
  because: ["The data have changed since the request."],
});
