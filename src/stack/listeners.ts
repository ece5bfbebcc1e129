/** The stack's ports, opened one after the other on the best port each can have. */
import type { Listening } from "../http/node.ts";
import { bindFirst, portCandidates } from "./ports.ts";
import type { StateFile } from "./state.ts";

const names = ["service", "postgrest", "idp"] as const;

type ListenerName = (typeof names)[number];

export type Listeners = Readonly<Record<ListenerName, Listening>>;

interface ListenerPorts {
  /** Ports asked for; 0 and undefined mean any. */
  readonly fixed: Readonly<Partial<Record<ListenerName, number | undefined>>>;
  readonly directory: string;
  /** Any free port will do, and none is remembered for the next time. */
  readonly throwAway: boolean;
  readonly state: StateFile;
}

/** `onOpen` hears of each as soon as it listens, so that it can be closed should a later one fail. */
export async function openListeners(
  bind: Readonly<Record<ListenerName, (port: number) => Promise<Listening>>>,
  { fixed, directory, throwAway, state }: ListenerPorts,
  onOpen: (listening: Listening) => void,
): Promise<Listeners> {
  const opened: Partial<Record<ListenerName, Listening>> = {};
  for (const name of names) {
    const candidates = throwAway ? [] : portCandidates(directory, name, state.now.ports[name]);
    const listening = await bindFirst({ name, fixed: fixed[name] || undefined, candidates }, bind[name]);
    onOpen(listening);
    opened[name] = listening;
    state.setPort(name, listening.port);
  }
  return opened as Listeners;
}
