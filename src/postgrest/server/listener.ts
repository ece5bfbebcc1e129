/** Reloads on `NOTIFY`: one connection that listens, and is made anew when it breaks. */
import { Client } from "pg";
import type { ObserveEngine } from "../observation.ts";
import { ident } from "../sql/snippet.ts";
import { type ConnectionInfo, connectFailureMessage } from "../transaction/conninfo.ts";

export interface ListenerOptions {
  readonly info: ConnectionInfo;
  /** `db-channel` */
  readonly channel: string;
  readonly observe: ObserveEngine;
  reloadSchema(): void;
  reloadConfig(): void;
  /** `db-pool-automatic-recovery`; without it a lost connection is the end. Default: recovers. */
  recovers?(): boolean;
}

export interface ChannelListener {
  readonly isListening: boolean;
  close(): Promise<void>;
}

/** Seconds; doubled with every failure up to here. */
const MAX_DELAY = 32;

/** Starts listening in the background and never gives up until closed. */
export function listenForReloads(options: ListenerOptions): ChannelListener {
  const { channel, observe } = options;
  let client: Client | null = null;
  let timer: NodeJS.Timeout | null = null;
  let listening = false;
  let closed = false;
  let delay = 1;

  const connect = async (): Promise<void> => {
    const own = new Client(options.info);
    client = own;
    let failed = false;
    const fail = (reason: string): void => {
      if (failed || closed) return;
      failed = true;
      listening = false;
      void own.end().catch(() => {});
      observe({ kind: "channel-failed", channel, reason });
      if (options.recovers?.() === false) {
        observe({ kind: "fatal", reason: "Automatic recovery disabled, exiting." });
        return;
      }
      observe({ kind: "channel-retrying", channel, seconds: delay });
      timer = setTimeout(connect, delay * 1000);
      delay = Math.min(delay * 2, MAX_DELAY);
    };
    own.on("error", (error) => fail(error.message));
    own.on("end", () => fail("The connection was closed."));
    own.on("notification", ({ payload = "" }) => receive(payload));
    try {
      await own.connect();
      await own.query(`LISTEN ${ident(channel)}`);
    } catch (error) {
      fail(
        connectFailureMessage(error, own.host, own.port)
          .message.replaceAll(/[\n\t]+/g, " ")
          .trim(),
      );
      return;
    }
    listening = true;
    // Notifications were missed while the connection was away.
    if (delay > 1) options.reloadSchema();
    delay = 1;
    observe({ kind: "channel-listening", channel });
  };

  const receive = (payload: string): void => {
    if (payload === "" || payload === "reload schema") {
      observe({ kind: "schema-reload-notified", channel });
      options.reloadSchema();
    } else if (payload === "reload config") {
      observe({ kind: "config-reload-notified", channel });
      options.reloadConfig();
    }
  };

  void connect();
  return {
    get isListening() {
      return listening;
    },
    close: async () => {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      await client?.end().catch(() => {});
    },
  };
}
