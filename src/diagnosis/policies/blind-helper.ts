/** A policy's function that gives nothing because its owner sees nothing, and a row that was made of what it gives. */
import type { Inquiry } from "../inquiry.ts";
import type { CalledBody, Finding, Part } from "../types.ts";
import { ownerPolicies } from "./owner-policies.ts";

/** With what a policy's function would see, the row would have been another: the request passes once its owner may see. */
export async function blindHelper(
  inquiry: Inquiry,
  finding: Finding,
  owners: readonly string[],
): Promise<Finding | undefined> {
  if (finding.code !== "policies.with-check" || owners.length === 0) return undefined;
  const bodies = (finding.rows ?? []).flatMap(({ policies }) =>
    policies.flatMap(({ part }) => (part ? callsOf(part) : [])),
  );
  const helper = bodies.find(({ definer, runsAs }) => definer && owners.includes(runsAs));
  if (helper === undefined || !(await inquiry.replay.run({ lifted: [helper.runsAs] })).ok) return undefined;
  const sql = await ownerPolicies(inquiry, helper.function, helper.runsAs);
  return {
    ...finding,
    code: "policies.definer-owner",
    fix: {
      text: `Give ${helper.runsAs} a SELECT policy on what ${helper.function} reads; requests run as another role.`,
      ...(sql === "" ? {} : { sql }),
    },
    proof: {
      tried: `the same request with row security lifted for ${helper.runsAs}`,
      result: "it passes",
      holds: true,
    },
  };
}

const callsOf = ({ parts, calls = [] }: Part): CalledBody[] => [
  ...parts.flatMap(callsOf),
  ...calls.flatMap((body) => [body, ...(body.part === null ? [] : callsOf(body.part))]),
];
