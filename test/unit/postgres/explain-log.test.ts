import { expect, test } from "vitest";
import { explainServerLog } from "../../../src/postgres/explain-log.ts";

const where = { dataDirectory: "/data", port: 5432 };

// What Postgres 16 writes in each case.
test.each([
  ['LOG:  could not bind IPv4 address "127.0.0.1": Address already in use', "PORT_TAKEN"],
  ['FATAL:  could not write lock file "postmaster.pid": No space left on device', "DISK_FULL"],
  ['FATAL:  could not write to file "base/1/1249": Disk quota exceeded', "DISK_FULL"],
  ['FATAL:  could not create lock file "postmaster.pid": Read-only file system', "READ_ONLY"],
  ['FATAL:  lock file "postmaster.pid" already exists', "IN_USE"],
  ['FATAL:  data directory "/data" has wrong ownership', "WRONG_OWNER"],
  ['FATAL:  could not open file "/data/PG_VERSION": Permission denied', "WRONG_OWNER"],
  ["FATAL:  database files are incompatible with server", "VERSION_MISMATCH"],
])("%s", (line, code) => {
  expect(explainServerLog(`LOG:  starting PostgreSQL 16.14\n${line}\n`, where)).toMatchObject({ code });
});

test("the sentences name the place", () => {
  const log = 'LOG:  could not bind IPv4 address "127.0.0.1": Address already in use';
  expect(explainServerLog(log, where)?.message).toBe("Postgres could not listen on port 5432.");
});

test("an unknown reason is not explained away", () => {
  expect(explainServerLog('FATAL:  configuration file "x" contains errors', where)).toBeUndefined();
});
