/**
 * What explains is loaded before anybody asks: its modules and a parser in WebAssembly take some hundred milliseconds, which
 * neither the start of a stack nor the first question should have to wait for.
 */

/** Milliseconds after a start, or after a refusal, in which there is other work to do. */
const IDLE = 1000;

let loading: Promise<void> | undefined;
let planned: NodeJS.Timeout | undefined;

/** Once per process. Whoever asks meanwhile waits for the same modules. */
export function prepareExplanations(): Promise<void> {
  clearTimeout(planned);
  loading ??= load();
  return loading;
}

/** The same after a while, unless the process has ended by then: nothing waits for it. A failure is the question's to tell. */
export function prepareExplanationsLater(): void {
  if (loading === undefined) planned ??= setTimeout(() => prepareExplanations().catch(() => {}), IDLE).unref();
}

async function load(): Promise<void> {
  const [{ loadParser }] = await Promise.all([
    import("../../diagnosis/predicates.ts"),
    import("../../diagnosis/explain.ts"),
  ]);
  await loadParser();
}
