import { expect, it } from "vitest";
import { Metrics } from "../../../../src/postgrest/server/metrics.ts";

it("counts loads of the schema cache by how they ended", () => {
  const metrics = new Metrics();
  metrics.observe({ kind: "schema-cache-loaded", querySeconds: 0.25, totalSeconds: 1, summary: "" });
  metrics.observe({ kind: "schema-cache-failed", payload: "" });
  metrics.observe({ kind: "schema-cache-failed", payload: "" });
  const text = metrics.text({ size: 10, available: 3, waiting: 1, timeouts: 2 });
  expect(text).toContain("# TYPE pgrst_schema_cache_loads_total counter\n");
  for (const line of [
    'pgrst_schema_cache_loads_total{status="SUCCESS"} 1.0',
    'pgrst_schema_cache_loads_total{status="FAIL"} 2.0',
    "pgrst_schema_cache_query_time_seconds 0.25",
    "pgrst_db_pool_available 3.0",
    "pgrst_db_pool_timeouts_total 2.0",
  ])
    expect(text).toContain(`${line}\n`);
});
