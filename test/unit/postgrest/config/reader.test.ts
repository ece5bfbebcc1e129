import { expect, test } from "vitest";
import { readConfig } from "../../../../src/postgrest/config/read.ts";
import { configReader, fixingHeaders } from "../../../../src/postgrest/config/reader.ts";
import { dialects } from "../../../../src/postgrest/dialect.ts";

test.each([
  ["12.2", { schemas: ["new"], header: "X-New", origins: ["https://new.test"] }],
  ["12.0", { schemas: ["new"], header: "X-Old", origins: ["https://old.test"] }],
] as const)("%s: what a reload changes", async (version, expected) => {
  const dialect = dialects[version];
  const env: Record<string, string> = {};
  const configure = (name: string) =>
    Object.assign(env, {
      PGRST_DB_SCHEMAS: name,
      PGRST_SERVER_TRACE_HEADER: `X-${name[0]?.toUpperCase()}${name.slice(1)}`,
      PGRST_SERVER_CORS_ALLOWED_ORIGINS: `https://${name}.test`,
    });
  configure("old");
  const atStart = readConfig({ env }, dialect);
  const read = fixingHeaders(configReader({ env }, dialect), atStart, dialect);

  configure("new");

  const { dbSchemas, serverTraceHeader, serverCorsAllowedOrigins } = await read(null, atStart, () => {});
  expect({ schemas: dbSchemas, header: serverTraceHeader, origins: serverCorsAllowedOrigins }).toEqual(expected);
});
