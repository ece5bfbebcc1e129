/** The token step of v2: 401 with one of two bodies, and the reason kept as a value. */
import { rememberFor } from "../cache/remember.ts";
import type { Clock } from "../time/clock.ts";
import { bearerToken, type ProjectClaims, verifyProjectToken } from "../tokens/project-token.ts";
import { isRefusal, lacksToken, refusalText, type TokenRefusal } from "../tokens/refusal.ts";
import type { Answer, Passed } from "./answer.ts";
import { error, passed, refused } from "./answer.ts";
import type { CatalogEntry } from "./types.ts";

/** `apikey`, cookies and query parameters are never authentication. Without a token a missing secret does not show. */
export function authenticate(
  authorization: string | undefined,
  project: CatalogEntry,
  clock: Clock,
): Passed<ProjectClaims> | Answer {
  const token = bearerToken(authorization);
  if (isRefusal(token)) return refusedToken(token, project);
  if (project.jwtSecret === null) {
    const response = error(503, "project jwt_secret missing; run repair on the control plane");
    return { ...refused("project", "project.secret-missing", response, { projectId: project.projectId }), project };
  }
  const claims = verifyProjectToken(token, project.jwtSecret, clock, project.audience);
  if (isRefusal(claims)) return refusedToken(claims, project);
  return verified(claims);
}

const verified = rememberFor((claims: ProjectClaims) =>
  passed("token", "token.verified", claims, { claims: claims.sent }),
);

function refusedToken({ refused: problem, content }: TokenRefusal, project: CatalogEntry): Answer {
  const response = error(401, lacksToken(problem) ? "authorization required" : "invalid or expired token");
  const evidence = { ...problem, text: refusalText(problem), ...content };
  return { ...refused("token", `token.${problem.reason}`, response, evidence), project };
}
