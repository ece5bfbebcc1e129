/** Every trap answers as it says, and gives its own diagnosis and no other; its neighbour gives none. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LoadedTrap, listTraps, trapModes, trapProject } from "../../../src/diagnosis/traps/load.ts";
import { answerProblems, neighbourRequest } from "../../../src/diagnosis/traps/request.ts";
import { isRequestCase, type TrapCase } from "../../../src/diagnosis/traps/schema.ts";
import type { RunningCluster } from "../../../src/postgres/server.ts";
import { modes } from "../../../src/project/mode/mode.ts";
import type { ModeName } from "../../../src/project/mode/types.ts";
import { clusterFor, type Emulator, startEmulator } from "../../support/emulator.ts";
import { becomeTrap, neighbourDiffers } from "../../support/traps.ts";

export function trapSuite(mode: ModeName): void {
  const traps = listTraps().filter((trap) => trapModes(trap).includes(mode));
  let cluster: RunningCluster;
  let emulator: Emulator;

  beforeAll(async () => {
    cluster = await clusterFor(mode);
    const first = traps.find((trap) => trap.cases.every(isRequestCase))!;
    emulator = await startEmulator(cluster, await trapProject(first, "broken"), mode);
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
    return becomeTrap(emulator, trap, "neighbour");
  }
  await becomeTrap(emulator, trap, "broken");
  const broken = await emulator.ask(one.request);
  expect(answerProblems(one.answer, broken.response, schema)).toEqual([]);

  if (neighbourDiffers(trap)) await becomeTrap(emulator, trap, "neighbour");
  const mended = await emulator.ask(neighbourRequest(one));
  expect(answerProblems(one.neighbour.answer, mended.response, schema)).toEqual([]);
}
