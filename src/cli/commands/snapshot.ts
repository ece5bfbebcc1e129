import { Command } from "commander";
import { findStack } from "../../stack/control/client.ts";
import type { SnapshotInfo } from "../../stack/snapshots.ts";
import { jsonOption } from "../options.ts";
import { print, printJson, progress, table } from "../terminal.ts";

interface Flags {
  readonly json?: boolean;
}

export function snapshotCommand(): Command {
  const command = new Command("snapshot").description("keep the databases as they are now, and return to them");
  command
    .command("save")
    .description("copy the databases of both modes under a name, also while they run")
    .argument("<name>")
    .addOption(jsonOption())
    .action(save);
  command
    .command("restore")
    .description("put a snapshot in the place of the databases, also while they run")
    .argument("<name>")
    .addOption(jsonOption())
    .action(restore);
  command.command("list").description("show the snapshots of this project").addOption(jsonOption()).action(list);
  command.command("rm").description("remove a snapshot").argument("<name>").addOption(jsonOption()).action(remove);
  return command;
}

async function save(name: string, { json }: Flags): Promise<void> {
  const { saveSnapshot } = await import("../../stack/snapshots.ts");
  const saved = await working(json, `Saving ${name}`, () => saveSnapshot(process.cwd(), name));
  if (json) printJson(saved);
  else print(`Saved ${name} (${saved.modes.join(", ")}; ${megabytes(saved)}).`);
}

async function restore(name: string, { json }: Flags): Promise<void> {
  const stack = findStack(process.cwd());
  await working(json, `Restoring ${name}`, async () => {
    if (stack !== undefined) return void (await stack.call("restore", { name }));
    const { restoreAtRest } = await import("../../stack/restore.ts");
    await restoreAtRest(process.cwd(), name);
  });
  if (json) printJson({ restored: name });
  else print(`Restored ${name}.`);
}

async function list({ json }: Flags): Promise<void> {
  const { listSnapshots } = await import("../../stack/snapshots.ts");
  const snapshots = listSnapshots(process.cwd());
  if (json) return printJson(snapshots);
  if (snapshots.length === 0) return print("No snapshots. Take one with flux-dev snapshot save NAME.");
  const rows = snapshots.map((one) => [
    one.name,
    new Date(one.createdAt).toISOString().slice(0, 19).replace("T", " "),
    one.modes.join(", "),
    megabytes(one),
  ]);
  print(...table([["NAME", "TAKEN (UTC)", "MODES", "SIZE"], ...rows]));
}

async function remove(name: string, { json }: Flags): Promise<void> {
  const { removeSnapshot } = await import("../../stack/snapshots.ts");
  await removeSnapshot(process.cwd(), name);
  if (json) printJson({ removed: name });
  else print(`Removed ${name}.`);
}

async function working<T>(json: boolean | undefined, text: string, work: () => Promise<T>): Promise<T> {
  const status = progress(json === true);
  status.step(text);
  return work().finally(status.done);
}

const megabytes = ({ bytes }: SnapshotInfo): string => `${Math.round(bytes / 1e6)} MB`;
