/** Every trap answers as it says, and gives its own diagnosis and no other; its neighbour gives none. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LintReport, lint, lintFiles } from "../../../src/diagnosis/lint/lint.ts";
import type { LintContext } from "../../../src/diagnosis/lint/types.ts";
import { sqlTexts } from "../../../src/diagnosis/sources.ts";
import {
  hasOwnFiles,
  inProjectOf,
  type LoadedTrap,
  listTraps,
  type TrapVariant,
  trapModes,
} from "../../../src/diagnosis/traps/load.ts";
import { neighbourRequest } from "../../../src/diagnosis/traps/request.ts";
import { isRequestCase, type TrapCase } from "../../../src/diagnosis/traps/schema.ts";
import type { Diagnosis } from "../../../src/diagnosis/types.ts";
import type { RunningCluster } from "../../../src/postgres/server.ts";
import { modes } from "../../../src/project/mode/mode.ts";
import type { ModeName } from "../../../src/project/mode/types.ts";
import { loadProject } from "../../../src/project/project.ts";
import { explainRequest } from "../../support/diagnosis.ts";
import { clusterFor, type Emulator, startEmulator } from "../../support/emulator.ts";
import { answerProblems } from "../../support/trap-answers.ts";
import { becomeTrap } from "../../support/traps.ts";

export function trapSuite(mode: ModeName): void {
  const traps = listTraps().filter((trap) => trapModes(trap).includes(mode));
  let cluster: RunningCluster;
  let emulator: Emulator;

  beforeAll(async () => {
    cluster = await clusterFor(mode);
    const first = traps.find((trap) => trap.cases.every(isRequestCase))!;
    emulator = await startEmulator(cluster, await loadProject(first.directory), mode);
  });
  afterAll(async () => {
    await emulator.close();
    await cluster.stop();
  });

  it.each(traps.map((trap) => [trap.name, trap] as const))("%s", async (_, trap) => {
    const cases = trap.cases.filter((one) => one.modes.includes(mode));
    for (const one of cases) await show(emulator, trap, one);
  });
}

async function show(emulator: Emulator, trap: LoadedTrap, one: TrapCase): Promise<void> {
  const { schema } = modes[emulator.mode].names(emulator.project.identity);
  if (!isRequestCase(one)) {
    await expect(becomeTrap(emulator, trap, "broken")).rejects.toMatchObject({ details: one.push });
    expect(codes(lintFiles(await lintContext(emulator, trap, "broken")))).toEqual(trap.lint[emulator.mode]);
    await becomeTrap(emulator, trap, "neighbour");
    expect(codes(await lint(await lintContext(emulator, trap, "neighbour")))).toEqual([]);
    return;
  }
  await becomeTrap(emulator, trap, "broken");
  const broken = await explainRequest(emulator, one.request);
  expect(answerProblems(one.answer, broken.response, schema)).toEqual([]);
  expect(told(broken.diagnosis)).toEqual([one.diagnosis, ...one.also]);

  expect(codes(await lint(await lintContext(emulator, trap, "broken")))).toEqual(trap.lint[emulator.mode]);

  if (hasOwnFiles(trap)) await becomeTrap(emulator, trap, "neighbour");
  const mended = await explainRequest(emulator, neighbourRequest(one));
  expect(answerProblems(one.neighbour.answer, mended.response, schema)).toEqual([]);
  expect(FAULTLESS).toContain(told(mended.diagnosis).join());
  expect(codes(await lint(await lintContext(emulator, trap, "neighbour")))).toEqual([]);
}

/** The other codes that begin with `ok.` warn of something. */
const FAULTLESS: readonly string[] = ["ok.rows", "ok.written", "ok.called", "ok.answered"];

const told = ({ code, also }: Diagnosis): string[] => [code, ...also.map((finding) => finding.code)];

const codes = ({ findings }: LintReport): string[] => [...new Set(findings.map(({ code }) => code))];

async function lintContext(emulator: Emulator, trap: LoadedTrap, variant: TrapVariant): Promise<LintContext> {
  const { mode, project, admin } = emulator;
  const files = await inProjectOf(trap, variant, async (home) => sqlTexts((await loadProject(home)).migrations));
  return { mode, project: project.identity, admin, files, ignore: [] };
}
