/** A project directory of one's own with the demo's files. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FluxDevConfig } from "../../src/project/config-schema.ts";
import type { RunningStack } from "../../src/stack/running-stack.ts";

const demo = fileURLToPath(new URL("../../fixtures/demo", import.meta.url));

export interface ProjectDirectory {
  readonly path: string;
  remove(): void;
}

export function demoProject(config?: FluxDevConfig): ProjectDirectory {
  const path = mkdtempSync(join(tmpdir(), "flux-dev-real-"));
  cpSync(demo, path, { recursive: true });
  if (config !== undefined) writeFileSync(join(path, "flux-dev.config.json"), JSON.stringify(config));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Reads `/notes` as a user of the demo, through the Service URL of the running stack. */
export async function readNotes(stack: RunningStack, user?: string): Promise<{ status: number; body: unknown }> {
  const headers: Record<string, string> = {};
  if (user !== undefined) headers["Authorization"] = `Bearer ${stack.token({ user }).token}`;
  const response = await fetch(`${stack.info().directUrl}/notes?select=owner_id`, { headers });
  return { status: response.status, body: await response.json() };
}
