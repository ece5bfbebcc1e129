import { expect, test } from "vitest";
import { DEMO_DIRECTORY, loadProject, type Project } from "../../../src/project/project.ts";
import { newSecrets } from "../../../src/project/secrets.ts";
import { explainProjectToken } from "../../../src/stack/explain-token.ts";
import { signJws } from "../../../src/tokens/jws.ts";
import { makeIdp } from "../../support/idp.ts";

const secrets = newSecrets();

async function verdicts(claims: object, config: Partial<Project["config"]> = {}) {
  const { idp, clock } = await makeIdp();
  const demo = await loadProject(DEMO_DIRECTORY);
  const project = { ...demo, config: { ...demo.config, ...config } };
  const token = (secret: string) => signJws({ alg: "HS256" }, { sub: "user_1", ...claims }, secret);
  const judge = (secret: string) =>
    explainProjectToken(token(secret), { project, secrets, instance: idp.instance, clock }).verdicts;
  return { v2: judge(secrets.project.v2)[0], v1: judge(secrets.project.v1)[1] };
}

test("each mode's token is judged under that mode's configuration", async () => {
  expect(await verdicts({ role: "authenticated" })).toMatchObject({
    v2: { accepts: true },
    v1: { accepts: true, answer: "runs as authenticated" },
  });
  expect((await verdicts({})).v1).toMatchObject({ answer: "runs as anon" });
});

test("an audience of the project's counts in both", async () => {
  const wrong = await verdicts({ aud: "elsewhere" }, { audience: "notes" });
  expect(wrong.v2).toMatchObject({ accepts: false, reason: expect.stringContaining('asks for "notes"') });
  expect(wrong.v1).toMatchObject({ accepts: false, reason: "JWTNotInAudience." });
  expect(await verdicts({ aud: "notes" }, { audience: "notes" })).toMatchObject({
    v2: { accepts: true },
    v1: { accepts: true },
  });
});
