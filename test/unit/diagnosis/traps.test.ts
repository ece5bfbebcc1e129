import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { catalogue } from "../../../src/diagnosis/codes.ts";
import { lintRules } from "../../../src/diagnosis/lint/rules.ts";
import { findTrap, inProjectOf, laterSql, listTraps } from "../../../src/diagnosis/traps/load.ts";
import { neighbourRequest, trapHttpRequest, trapToken } from "../../../src/diagnosis/traps/request.ts";
import { isRequestCase, type TrapRequestCase } from "../../../src/diagnosis/traps/schema.ts";
import type { HttpResponse } from "../../../src/http/message.ts";
import { loadProject } from "../../../src/project/project.ts";
import { answerProblems } from "../../support/trap-answers.ts";

const traps = listTraps();
const requestCases = traps.flatMap(({ cases }) => cases.filter(isRequestCase));

describe("the traps", () => {
  it("are numbered without a gap", () => {
    expect(traps.map(({ number }) => number)).toEqual(traps.map((_, index) => index + 1));
    expect(traps.length).toBeGreaterThanOrEqual(30);
  });

  it("expect codes that exist", () => {
    for (const { diagnosis, also } of requestCases)
      for (const code of [diagnosis, ...also]) expect(catalogue).toHaveProperty([code]);
    const known = lintRules.map(({ code }) => code);
    for (const { lint } of traps) for (const code of [...lint.v1, ...lint.v2]) expect(known).toContain(code);
  });

  it("have a neighbour that differs: in its files, or in its request", () => {
    for (const { name, directory, cases } of traps) {
      const asks = cases.every((one) => isRequestCase(one) && one.neighbour.request !== undefined);
      expect([name, asks || existsSync(join(directory, "neighbour"))]).toEqual([name, true]);
    }
  });

  it("are found by number and by name", () => {
    expect(findTrap("9")?.name).toBe("09-dropped-claim");
    expect(findTrap("dropped-claim")?.number).toBe(9);
    expect(findTrap("09-dropped-claim")?.number).toBe(9);
    expect(findTrap("claim")).toBeUndefined();
    expect(findTrap("999")).toBeUndefined();
  });
});

describe("the neighbour's project", () => {
  /** Each file of the project, with the place in the trap's directory that it is from. */
  const files = (wanted: string, variant: "broken" | "neighbour") => {
    const trap = findTrap(wanted)!;
    const text = (...place: string[]) => {
      const path = join(trap.directory, ...place);
      return existsSync(path) ? readFileSync(path, "utf8") : undefined;
    };
    return inProjectOf(trap, variant, async (directory) => {
      const { migrations, seeds } = await loadProject(directory);
      return [...migrations.flatMap((target) => target.files), ...seeds].map(({ shown, path }) => {
        const own = readFileSync(path, "utf8");
        return [shown, own === text(shown) ? "trap" : own === text("neighbour", shown) ? "neighbour" : "nowhere"];
      });
    });
  };

  it("has the trap's files, and others in place of them or besides", async () => {
    expect(await files("9", "broken")).toEqual([
      ["migrations/001_documents.sql", "trap"],
      ["seed.sql", "trap"],
    ]);
    expect(await files("9", "neighbour")).toEqual([
      ["migrations/001_documents.sql", "trap"],
      ["migrations/002_members.sql", "neighbour"],
      ["seed.sql", "neighbour"],
    ]);
    expect(await files("7", "neighbour")).toEqual([
      ["migrations/001_notes.sql", "neighbour"],
      ["seed.sql", "trap"],
    ]);
  });

  it("has its own SQL for later", () => {
    const stale = findTrap("20")!;
    expect(laterSql(stale, "broken")).not.toContain("notify");
    expect(laterSql(stale, "neighbour")).toContain("notify pgrst");
    expect(laterSql(findTrap("9")!, "broken")).toBeUndefined();
  });
});

describe("the neighbour's request", () => {
  const base: TrapRequestCase = {
    modes: ["v1"],
    request: { path: "/notes?a=eq.1?", key: "service_role", headers: { Prefer: "x" } },
    answer: { status: 200 },
    diagnosis: "ok.rows",
    also: [],
    neighbour: { request: { key: null, as: "alice" }, answer: { status: 200 } },
  };

  it("is the trap's with members changed and taken away", () => {
    expect(neighbourRequest(base)).toEqual({ path: "/notes?a=eq.1?", as: "alice", headers: { Prefer: "x" } });
  });

  it("becomes one of HTTP", () => {
    const sent = trapHttpRequest({ ...base.request, method: "POST", body: { n: 1 } }, "t.o.k");
    expect(sent).toMatchObject({ method: "POST", path: "/notes", query: "a=eq.1?" });
    expect(sent.headers).toEqual([
      ["Authorization", "Bearer t.o.k"],
      ["Content-Type", "application/json"],
      ["Content-Length", "7"],
      ["Prefer", "x"],
    ]);
    expect(trapHttpRequest({ path: "/" }, undefined)).toMatchObject({ method: "GET", headers: [] });
  });

  it("asks for the token it says", () => {
    expect(trapToken({ path: "/" }, "other")).toBeUndefined();
    expect(trapToken({ path: "/", as: "alice", drop: ["sub"], expiresIn: -5 }, "other")).toEqual({
      user: "alice",
      drop: ["sub"],
      expiresIn: -5,
    });
    expect(trapToken({ path: "/", as: "alice", signedWith: "other-mode" }, "other")).toMatchObject({ secret: "other" });
    expect(trapToken({ path: "/", as: "alice", signedWith: "base64-decoded" }, "other")).toMatchObject({
      preset: "decoded-secret",
    });
  });
});

describe("an answer", () => {
  const response: HttpResponse = {
    status: 403,
    headers: [["Content-Profile", "t_1_api"]],
    body: '{"code":"42501","message":"no","hint":null}',
  };

  it("is as expected when what is named agrees", () => {
    const expected = {
      status: 403,
      code: "42501",
      body: { message: "no" },
      headers: { "content-profile": "{schema}" },
    };
    expect(answerProblems(expected, response, "t_1_api")).toEqual([]);
  });

  it("is not, with a sentence for each thing", () => {
    expect(answerProblems({ status: 200, rows: 2, code: "22P02", body: { hint: "x" } }, response, "api")).toEqual([
      "The status is 403, not 200.",
      'The code is "42501", not "22P02".',
      `The number of rows is ${JSON.stringify(response.body)}, not 2.`,
      'The body is {"code":"42501","message":"no","hint":null}, not {"hint":"x"}.',
    ]);
  });
});
