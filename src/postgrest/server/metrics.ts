/** `/metrics`: counters in Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/). */
import type { Observation } from "../observation.ts";
import type { PoolStats } from "../transaction/pool.ts";

export class Metrics {
  readonly #loads = { SUCCESS: 0, FAIL: 0 };
  #queryTime = 0;

  observe(observation: Observation): void {
    if (observation.kind === "schema-cache-loaded") {
      this.#loads.SUCCESS += 1;
      this.#queryTime = observation.querySeconds;
    } else if (observation.kind === "schema-cache-failed") this.#loads.FAIL += 1;
  }

  text(pool: PoolStats): string {
    const loads = Object.entries(this.#loads)
      .filter(([, count]) => count > 0)
      .map(([status, count]) => [`{status="${status}"}`, count] as const);
    return [
      metric(
        "pgrst_schema_cache_query_time_seconds",
        "gauge",
        "The query time in seconds of the last schema cache load",
        [["", this.#queryTime]],
      ),
      metric(
        "pgrst_schema_cache_loads_total",
        "counter",
        "The total number of times the schema cache was loaded",
        loads,
      ),
      metric("pgrst_db_pool_max", "gauge", "Max pool connections", [["", pool.size]]),
      metric("pgrst_db_pool_waiting", "gauge", "Requests waiting to acquire a pool connection", [["", pool.waiting]]),
      metric("pgrst_db_pool_available", "gauge", "Available connections in the pool", [["", pool.available]]),
      metric("pgrst_db_pool_timeouts_total", "counter", "The total number of pool connection timeouts", [
        ["", pool.timeouts],
      ]),
    ].join("");
  }
}

function metric(
  name: string,
  type: "gauge" | "counter",
  help: string,
  samples: ReadonlyArray<readonly [labels: string, value: number]>,
): string {
  const lines = samples.map(
    ([labels, value]) => `${name}${labels} ${Number.isInteger(value) ? `${value}.0` : value}\n`,
  );
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}
