/** The difference between the modes for one request, and where it comes from. Pure. */
import type { ProjectIdentity } from "../../project/identity.ts";
import { differencePoints } from "./points.ts";
import { differenceReasons } from "./reasons.ts";
import type { Difference, DifferencePoint, Sides } from "./types.ts";

/** Aspects that an app can notice. */
const NOTICED: readonly DifferencePoint["aspect"][] = ["status", "body", "headers"];

export function explainDifference(sides: Sides, project: ProjectIdentity): Difference {
  const points = differencePoints(sides, project);
  const noticed = points.filter(({ aspect }) => NOTICED.includes(aspect));
  const { status } = sides.v1.trace.response;
  if (noticed.length === 0)
    return {
      same: true,
      title: `Both modes answer ${status}, and the same${exceptMade(points)}.`,
      points,
      because: [],
    };
  return { same: false, title: titleOf(sides, noticed), points, because: differenceReasons(sides) };
}

/** Times and ids differ wherever two databases were filled, and say nothing about the modes. */
const exceptMade = (points: readonly DifferencePoint[]): string =>
  points.some(({ aspect }) => aspect === "values made") ? ", but for values that each database made by itself" : "";

function titleOf({ v1, v2 }: Sides, noticed: readonly DifferencePoint[]): string {
  const [one, two] = [v1.trace.response.status, v2.trace.response.status];
  if (one !== two) return `v1 answers ${one}, v2 answers ${two}.`;
  const body = noticed.some(({ aspect }) => aspect === "body");
  return body
    ? `Both modes answer ${one}, with different bodies.`
    : `Both modes answer ${one} with the same body, and different headers.`;
}
