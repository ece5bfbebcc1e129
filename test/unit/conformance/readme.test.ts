import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Item, readItems } from "../../../scripts/conformance/corpus.ts";
import { families } from "../../../scripts/conformance/families.ts";
import { paritySection, readmeFile, readNotCovered, readParitySection } from "../../../scripts/conformance/readme.ts";
import type { Outcome } from "../../../scripts/conformance/run.ts";

const item = (group: string): Item => ({ id: group, group, config: "v2", steps: [], isScenario: false });
const passed = (group: string): Outcome => ({ item: item(group), failure: null });
const failed = (group: string): Outcome => ({
  item: item(group),
  failure: { id: group, group, config: "v2", step: 0, request: "", problems: ["status"] },
});

describe("the parity section", () => {
  it("counts by family, names the members, and marks what fails", () => {
    const outcomes = [passed("jwt"), passed("filter-in"), passed("filter-is"), failed("filter-is")];
    const run = {
      outcomes: new Map([["12.2", outcomes] as const, ["12.0", [passed("jwt")]] as const]),
      postgresVersion: "16.14",
      date: new Date("2026-03-01T12:00:00Z"),
    };
    expect(paritySection(run, ["Nothing of `x`."]).split("\n")).toEqual([
      "Recorded answers reproduced: 3 of 4 as v12.2.12, 1 of 1 as v12.0.2 (2026-03-01, Postgres 16.14).",
      expect.any(String),
      "",
      "| feature group | cases | as 12.2 | as 12.0 |",
      "|---|---|---|---|",
      "| filter: in, is | 3 | **2** of 3 | 0 |",
      "| jwt | 1 | 1 | 1 |",
      "",
      "Not covered:",
      "",
      "- Nothing of `x`.",
    ]);
  });

  it("of README has the corpus' groups with their number of cases, and today's list of what is not covered", () => {
    const section = readParitySection(readFileSync(readmeFile, "utf8"));
    const rows = [...section.matchAll(/^\| (\S+?)(?:: (.+?))? \| (\d+) \|/gm)].map(([, name, members, cases]) => ({
      name,
      members: members?.split(", ") ?? [],
      cases: Number(cases),
    }));
    const items = readItems("12.2");
    const expected = [...families(items.map(({ group }) => group))].map(([name, groups]) => ({
      name,
      members: groups.filter((group) => group !== name).map((group) => group.slice(name.length + 1)),
      cases: items.filter(({ group }) => groups.includes(group)).length,
    }));
    expect(rows).toEqual(expected);
    const notCovered = section.slice(section.indexOf("Not covered:")).split("\n").slice(2);
    expect(notCovered).toEqual(readNotCovered().map((sentence) => `- ${sentence}`));
  });
});
