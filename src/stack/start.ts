/** From a directory to a running stack. */
import { assemble } from "./assemble.ts";
import { Conditions } from "./conditions.ts";
import { prepareExplanationsLater } from "./diagnosis/readiness.ts";
import { type Ground, onGround, type StackOptions } from "./ground.ts";
import { ModeRuntime } from "./mode-runtime.ts";
import { register } from "./registry.ts";
import type { RunningStack } from "./running-stack.ts";

export type { StackOptions } from "./ground.ts";

/**
 * Starts everything. Rejects with a typed error (`StackError`, `PostgresError`, `ProjectFileError`, `ProjectSqlError`,
 * `PushRefused`) and leaves nothing behind then.
 */
export function startStack(options: StackOptions): Promise<RunningStack> {
  return onGround(options, (ground, undo) => compose(options, ground, undo));
}

async function compose(options: StackOptions, ground: Ground, undo: (() => unknown)[]): Promise<RunningStack> {
  const { directory, project, home, state, clock, log, release } = ground;
  const { throwAway = false } = options;
  const initial = options.mode ?? project.mode;
  const conditions = new Conditions(project, state.now.secrets, initial, clock);
  const stack = await assemble(
    {
      directory,
      project,
      strict: options.strict ?? project.config.strict,
      state,
      clock,
      log,
      initial,
      conditions,
      startMode: (mode) =>
        ModeRuntime.start({ ...ground.servers(mode), onSchemaChange: (reload) => conditions.notified(mode, reload) }),
      idpFile: home.places?.idp,
      traceFile: options.keepTraces ? home.places?.traces : undefined,
      servicePort: options.port,
      anyPort: throwAway,
      dataRoot: home.dataRoot,
      release,
    },
    undo,
  );
  if (!throwAway) register(directory);
  prepareExplanationsLater();
  return stack;
}
