import { expect, test } from "vitest";
import { bindFirst, portCandidates } from "../../../src/stack/ports.ts";

const taken = (port: number) => Object.assign(new Error(`port ${port}`), { code: "EADDRINUSE" });

test("a directory has its own block of ports, the same every time", () => {
  const first = portCandidates("/home/ada/app", "service", undefined);
  expect(portCandidates("/home/ada/app", "service", undefined)).toEqual(first);
  expect(portCandidates("/home/ada/app", "idp", undefined)[0]).toBe(first[0]! + 2);
  expect(portCandidates("/home/ada/other", "service", undefined)[0]).not.toBe(first[0]);
  for (const port of first) expect(port).toBeGreaterThanOrEqual(20_000);
  // Linux takes ports for outgoing connections from 32768 on.
  for (const port of first) expect(port).toBeLessThan(32_768);
});

test("a remembered port comes first and only once", () => {
  const [, second] = portCandidates("/app", "service", undefined);
  const candidates = portCandidates("/app", "service", second);
  expect(candidates[0]).toBe(second);
  expect(new Set(candidates).size).toBe(candidates.length);
});

test("the first port that can be bound is taken; when none can, any", async () => {
  const bind = (free: number[]) => async (port: number) => {
    if (!free.includes(port)) throw taken(port);
    return port;
  };
  const choice = { name: "service", fixed: undefined, candidates: [1, 2, 3] } as const;
  expect(await bindFirst(choice, bind([2, 3]))).toBe(2);
  expect(await bindFirst(choice, bind([0]))).toBe(0);
});

test("a port that was asked for is that port or an error that names it", async () => {
  const choice = { name: "service", fixed: 8080, candidates: [1] } as const;
  const refuse = async (port: number) => Promise.reject(taken(port));
  await expect(bindFirst(choice, refuse)).rejects.toMatchObject({
    code: "PORT_TAKEN",
    message: "Port 8080 for the Service URL cannot be used.",
    why: "Another program is listening there.",
  });
});

test("other failures are not mistaken for a taken port", async () => {
  const choice = { name: "idp", fixed: undefined, candidates: [1, 2] } as const;
  await expect(bindFirst(choice, async () => Promise.reject(new Error("no")))).rejects.toThrow("no");
});
