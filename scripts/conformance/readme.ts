/** README's section on parity, made of a run's figures and of the list of what is not covered. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dialects, type PostgrestVersion } from "../../src/postgrest/dialect.ts";
import { families, family } from "./families.ts";
import type { Outcome } from "./run.ts";
import { type Count, sum, type Tally, tallyOf } from "./table.ts";

export const readmeFile = fileURLToPath(new URL("../../README.md", import.meta.url));
const notCoveredFile = fileURLToPath(new URL("./not-covered.json", import.meta.url));

const START = "<!-- parity:start -->";
const END = "<!-- parity:end -->";

/** Sentences in Markdown, each a thing that the recordings or the engine leave out, and why. */
export const readNotCovered = (): readonly string[] =>
  JSON.parse(readFileSync(notCoveredFile, "utf8")) as readonly string[];

export interface ParityRun {
  readonly outcomes: ReadonlyMap<PostgrestVersion, readonly Outcome[]>;
  /** `16.14`, of the cluster the run was made on. */
  readonly postgresVersion: string;
  readonly date: Date;
}

/** A sentence with the sums, a table by family of groups, and the list of what is not covered. */
export function paritySection(run: ParityRun, notCovered: readonly string[]): string {
  const versions = [...run.outcomes.keys()];
  const tallies = versions.map((version) => tallyOf(run.outcomes.get(version) ?? [], family));
  const sums = versions.map((version, index) => {
    const { passed, total } = sum(tallies[index]!);
    return `${passed.toLocaleString("en")} of ${total.toLocaleString("en")} as v${dialects[version].fullVersion}`;
  });
  const groups = families([...run.outcomes.values()].flat().map(({ item }) => item.group));
  return [
    `Recorded answers reproduced: ${sums.join(", ")} (${run.date.toISOString().slice(0, 10)}, Postgres ${run.postgresVersion}).`,
    "A case is a request, or a list of requests that build on one another; status, headers and body must be the same.",
    "",
    `| feature group | cases | ${versions.map((version) => `as ${version}`).join(" | ")} |`,
    `|---|---|${"---|".repeat(versions.length)}`,
    ...[...groups].map(([name, members]) => row(label(name, members), name, tallies)),
    "",
    "Not covered:",
    "",
    ...notCovered.map((sentence) => `- ${sentence}`),
  ].join("\n");
}

/** Members are named by what follows the family's name, as in `embed: inner, order`. */
function label(name: string, members: readonly string[]): string {
  const own = members.map((member) => member.slice(name.length + 1)).filter((rest) => rest !== "");
  return own.length === 0 ? name : `${name}: ${own.join(", ")}`;
}

function row(text: string, name: string, tallies: readonly Tally[]): string {
  const counts = tallies.map((tally) => tally.get(name) ?? { passed: 0, total: 0 });
  const cell = ({ passed, total }: Count) => (passed === total ? `${passed}` : `**${passed}** of ${total}`);
  return `| ${text} | ${counts[0]?.total ?? 0} | ${counts.map(cell).join(" | ")} |`;
}

/** What stands between the markers. */
export function readParitySection(readme: string): string {
  const [start, end] = [readme.indexOf(START), readme.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`README.md has no ${START} … ${END}.`);
  return readme.slice(start + START.length, end).trim();
}

export function writeParitySection(section: string): void {
  const readme = readFileSync(readmeFile, "utf8");
  readParitySection(readme);
  const [before, after] = [readme.slice(0, readme.indexOf(START)), readme.slice(readme.indexOf(END))];
  writeFileSync(readmeFile, `${before}${START}\n\n${section}\n\n${after}`);
}
