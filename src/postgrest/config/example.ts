/** What `--example` prints: a configuration file that is valid as it stands, with every option and its default. */

const sections: ReadonlyArray<readonly [about: string, setting: string]> = [
  [
    "Address of the database, a URI or key=value pairs. What it leaves out comes from PG* variables.",
    'db-uri = "postgresql://"',
  ],
  [
    "Schemas to serve, separated by commas. The first answers requests without a profile header.",
    'db-schemas = "public"',
  ],
  ["Schemas that are searched as well, for functions and types.", 'db-extra-search-path = "public"'],
  ["Role of requests without a token. Unset: such requests are refused.", '# db-anon-role = "anon"'],
  ["Take settings from the authenticator's role (alter role … set pgrst.…), too.", "db-config = true"],
  ["Function that makes such settings.", '# db-pre-config = "public.pre_config"'],
  ["Function that runs before the statement of every request.", '# db-pre-request = "public.check_request"'],
  ["Function that answers the root path instead of the OpenAPI document.", '# db-root-spec = "root"'],
  ["Channel of NOTIFY for reloading, and whether to listen.", 'db-channel = "pgrst"\ndb-channel-enabled = true'],
  ["Most rows an answer may have. Unset: no limit.", "# db-max-rows = 1000"],
  ["Let clients aggregate: count, sum, avg, min, max.", "db-aggregates-enabled = false"],
  ["Let clients ask for plans by Accept: application/vnd.pgrst.plan.", "db-plan-enabled = false"],
  ["Keep statements prepared. Turn off behind a pooler in transaction mode.", "db-prepared-statements = true"],
  [
    "A function's own settings that hold for its whole transaction.",
    'db-hoisted-tx-settings = "statement_timeout,plan_filter.statement_cost_limit,default_transaction_isolation"',
  ],
  [
    "End of a transaction: commit, rollback, or either with -allow-override, which lets Prefer: tx=… decide.",
    'db-tx-end = "commit"',
  ],
  ["Connections at most, and seconds to wait for one.", "db-pool = 10\ndb-pool-acquisition-timeout = 10"],
  [
    "Seconds until a connection is renewed, and until an idle one is closed.",
    "db-pool-max-lifetime = 1800\ndb-pool-max-idletime = 30",
  ],
  ["Try to reach a lost database again, or end.", "db-pool-automatic-recovery = true"],
  [
    "Key that tokens are checked with: a text of 32 characters or more, a JWK, a JWK set, or @file.",
    '# jwt-secret = "at-least-32-characters-of-your-own-choice"\njwt-secret-is-base64 = false',
  ],
  ["Audience a token must have been made for, if it names one.", '# jwt-aud = "my-api"'],
  ["Where a token has its role.", 'jwt-role-claim-key = ".role"'],
  ["Seconds a checked token is remembered at most. 0: not at all.", "jwt-cache-max-lifetime = 0"],
  ["crit, error, warn, info or debug.", 'log-level = "error"'],
  [
    "follow-privileges, ignore-privileges or disabled.",
    'openapi-mode = "follow-privileges"\nopenapi-security-active = false',
  ],
  ["Address the OpenAPI document gives, where a proxy stands in front.", 'openapi-server-proxy-uri = ""'],
  ["Origins that browsers may call from, separated by commas. Unset: any.", '# server-cors-allowed-origins = ""'],
  ["Where to listen.", 'server-host = "!4"\nserver-port = 3000'],
  [
    "A socket to listen on instead of the port, and its mode.",
    '# server-unix-socket = "/tmp/pgrst.sock"\n# server-unix-socket-mode = "660"',
  ],
  ["Request header that is sent back as it came.", '# server-trace-header = "X-Request-Id"'],
  ["Tell how long the parts of a request took, in Server-Timing.", "server-timing-enabled = false"],
  [
    "Port of the admin server, and whether it shows the configuration on /config.",
    "# admin-server-port = 3001\n# admin-server-config-enabled = false",
  ],
  [
    "Settings of your own, readable in SQL by current_setting('app.settings.…').",
    '# app.settings.some_name = "some value"',
  ],
];

export const exampleConfig = (): string => sections.map(([about, setting]) => `## ${about}\n${setting}\n`).join("\n");
