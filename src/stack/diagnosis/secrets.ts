/** Every secret on this machine that a token may have been signed with by mistake, and whose it is. */
import type { KnownSecret } from "../../diagnosis/context.ts";
import { readFluxJson } from "../../project/flux-json.ts";
import type { ModeName } from "../../project/mode/types.ts";
import type { ProjectSecrets } from "../../project/secrets.ts";
import { readJson } from "../json-file.ts";
import { placesIn } from "../places.ts";
import { registeredStacks } from "../registry.ts";
import type { StackState } from "../state.ts";

/** `mode` is the one the token was for; `directory` is where this stack was started. */
export function knownSecrets(secrets: ProjectSecrets, mode: ModeName, directory: string): KnownSecret[] {
  const other = mode === "v1" ? "v2" : "v1";
  const own = { owner: `this project's ${mode} secret`, secret: secrets.project[mode], expected: true };
  const wrong = [
    { owner: `this project's ${other} secret`, secret: secrets.project[other] },
    { owner: "the pool's secret, which is the gateway's own", secret: secrets.pool },
    ...registeredStacks()
      .filter((stack) => stack.directory !== directory)
      .flatMap((stack) => secretsOf(stack.directory)),
  ];
  // A secret that the configuration fixes is the same in both modes.
  return [own, ...wrong.filter(({ secret }) => secret !== own.secret).map((one) => ({ ...one, expected: false }))];
}

/** A neighbour's files may be half-written or gone; then it stays a stranger. */
function secretsOf(directory: string): Omit<KnownSecret, "expected">[] {
  try {
    const state = readJson<StackState>(placesIn(directory).state);
    if (state === undefined) return [];
    const name = readFluxJson(directory)?.slug ?? "demo";
    const { project } = state.secrets;
    const owner = (mode: ModeName) => `the ${mode} secret of project ${name} (${directory})`;
    return (["v1", "v2"] as const).map((mode) => ({ owner: owner(mode), secret: project[mode] }));
  } catch {
    return [];
  }
}
