/** Requests in the shape of the Flux SDK's: the URL's root, no profiles, and string values in quotes. */

type Row = Readonly<Record<string, unknown>>;

export interface SdkResult {
  readonly data: unknown;
  readonly error: unknown;
}

/** A table: each call ends in one request. */
export interface SdkTable {
  select(columns?: string, where?: Row): Promise<SdkResult>;
  insert(rows: Row | readonly Row[]): Promise<SdkResult>;
  update(values: Row, where: Row): Promise<SdkResult>;
  delete(where: Row): Promise<SdkResult>;
}

/** `key` is sent twice: as `apikey`, which nobody reads, and as the bearer token. */
export function sdkClient(url: string, key?: string): { from(table: string): SdkTable } {
  const headers: Record<string, string> = key === undefined ? {} : { apikey: key, Authorization: `Bearer ${key}` };

  async function send(method: string, table: string, query: URLSearchParams, body?: unknown): Promise<SdkResult> {
    const response = await fetch(`${url}/${table}?${query}`, {
      method,
      headers: {
        ...headers,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        // Only an insert asks for its rows; update and delete answer without any.
        ...(method === "POST" ? { Prefer: "return=representation" } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed = text === "" ? null : JSON.parse(text);
    return response.ok ? { data: parsed, error: null } : { data: null, error: parsed };
  }

  const filtered = (where: Row, query = new URLSearchParams()) => {
    for (const [column, value] of Object.entries(where)) {
      query.append(column, `eq.${typeof value === "string" ? JSON.stringify(value) : value}`);
    }
    return query;
  };

  return {
    from: (table) => ({
      select: (columns = "*", where = {}) =>
        send("GET", table, filtered(where, new URLSearchParams({ select: columns }))),
      insert: (rows) => send("POST", table, new URLSearchParams(), rows),
      update: (values, where) => send("PATCH", table, filtered(where), values),
      delete: (where) => send("DELETE", table, filtered(where)),
    }),
  };
}
