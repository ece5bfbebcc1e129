/** The admin server: is it alive, is it ready, what does it know. */
import { connect } from "node:net";
import type { HttpResponse } from "../../http/message.ts";
import { type Listening, listen } from "../../http/node.ts";
import type { Dialect } from "../dialect.ts";
import { reachableHost } from "./http-server.ts";

export interface AdminSource {
  readonly dialect: Dialect;
  /** Where the main server listens, to see whether it takes connections. */
  main(): Listening;
  /** Whether the schema cache is there and the database can be asked. */
  isReady(): Promise<boolean>;
  /** null unless `admin-server-config-enabled`. */
  config(): string | null;
  schemaCache(): string;
  metrics(): string;
}

export const listenAdmin = (host: string, port: number, source: AdminSource): Promise<Listening> =>
  listen(({ path }) => adminAnswer(path, source), { host, port });

/** Bodies are text without a Content-Type, as PostgREST sends them. */
async function adminAnswer(path: string, source: AdminSource): Promise<HttpResponse> {
  const { adminFailureStatus, adminEndpoints } = source.dialect;
  const answer = (status: number, body = ""): HttpResponse => ({ status, headers: [], body });
  if (path === "/live") return answer((await accepts(source.main())) ? 200 : adminFailureStatus);
  if (path === "/ready") {
    if (!(await accepts(source.main()))) return answer(adminFailureStatus);
    return answer((await source.isReady()) ? 200 : 503);
  }
  if (adminEndpoints && path === "/schema_cache") return answer(200, source.schemaCache());
  if (adminEndpoints && path === "/metrics") return answer(200, source.metrics());
  const config = adminEndpoints && path === "/config" ? source.config() : null;
  return config === null ? answer(404) : answer(200, config);
}

/** Connects and hangs up. */
function accepts({ host, port }: Listening): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = port === 0 ? connect(host) : connect(port, reachableHost(host));
    const done = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once("connect", () => done(true));
    socket.once("error", () => done(false));
    socket.setTimeout(1000, () => done(false));
  });
}
