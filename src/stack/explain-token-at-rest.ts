/** What can be said about a token where no stack runs: everything, if one ran before and left its secrets. */
import type { TokenExplanation } from "../idp/explain.ts";
import { generateKeys, type Instance, instanceHost, openInstance } from "../idp/keys.ts";
import { isObject } from "../json/json.ts";
import { loadProject } from "../project/project.ts";
import { newProjectSecret, newSecrets } from "../project/secrets.ts";
import { type Clock, systemClock } from "../time/clock.ts";
import { type JwsHeader, signJws, splitJws } from "../tokens/jws.ts";
import { explainProjectToken } from "./explain-token.ts";
import { readJson } from "./json-file.ts";
import { placesIn } from "./places.ts";
import { type StackState, withFixed } from "./state.ts";

/** Throws `ProjectFileError` when the directory's files are wrong. */
export async function explainTokenAtRest(
  jwt: string,
  directory: string,
  clock: Clock = systemClock,
): Promise<TokenExplanation> {
  const project = await loadProject(directory);
  const saved = readJson<StackState>(placesIn(directory).state);
  if (saved !== undefined) {
    const secrets = withFixed(saved.secrets, project.config.secrets);
    return explainProjectToken(jwt, { project, secrets, instance: openInstance(saved.idpKeys), clock });
  }
  // Nobody knows whose signature it is. Keys of the moment sign it again, which leaves all that is wrong besides.
  const secret = project.config.secrets.project ?? newProjectSecret("v2");
  const instance = openInstance(await generateKeys(instanceHost(project.identity.slug)));
  const judges = { project, secrets: withFixed(newSecrets(), { project: secret }), instance, clock };
  const told = explainProjectToken(jwt, judges);
  const known = project.config.secrets.project !== undefined;
  const supposed = explainProjectToken(signedAgain(jwt, known ? undefined : secret, instance), judges);
  const verdicts = supposed.verdicts.map((verdict) => {
    if (!verdict.accepts || (known && verdict.by !== "Clerk SDK")) return verdict;
    const signer = verdict.by === "Clerk SDK" ? "the identity provider's key" : "the project's secret";
    return { ...verdict, provided: `${signer} has signed it` };
  });
  const unsure = verdicts.some((verdict) => "provided" in verdict);
  return { ...told, verdicts, advice: unsure ? [...told.advice, NO_STACK] : told.advice };
}

const NO_STACK =
  "No stack has run in this directory, so the signature could not be checked: flux-dev up makes the secrets.";

/** Unchanged where there is nothing to sign or, without a secret, where a secret would. */
function signedAgain(jwt: string, secret: string | undefined, instance: Instance): string {
  const parts = splitJws(jwt);
  if ("malformed" in parts || !isObject(parts.header)) return jwt;
  const header = parts.header as JwsHeader;
  if (header.alg === "RS256") return signJws({ ...header, kid: instance.id }, parts.payload, instance.privateKey);
  if (secret === undefined || !/^HS(256|384|512)$/.test(String(header.alg))) return jwt;
  return signJws(header, parts.payload, secret);
}
