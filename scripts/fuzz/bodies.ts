/** Bodies of every kind a client may send, fitting their Content-Type or not. */
import type { Random } from "./random.ts";
import { hostileText, value } from "./values.ts";

export interface Content {
  readonly type: string | null;
  readonly bytes: Buffer;
}

const types = [
  "application/json",
  "application/json; charset=utf-8",
  "text/csv",
  "application/x-www-form-urlencoded",
  "text/plain",
  "application/octet-stream",
  "text/xml",
  "application/vnd.pgrst.object+json",
  "multipart/form-data",
  "",
  ";",
  "*/*",
];

/** @param names columns or parameters the target has */
export function body(random: Random, names: readonly string[]): Content {
  const name = (): string => (names.length > 0 && random.chance(0.95) ? random.pick(names) : hostileText(random));
  const kind = random.below(10);
  const bytes =
    kind < 5
      ? Buffer.from(json(random, name))
      : kind < 7
        ? Buffer.from(csv(random, name))
        : kind < 8
          ? Buffer.from(
              random.list(0, 4, () => `${encodeURIComponent(name())}=${encodeURIComponent(value(random))}`).join("&"),
            )
          : kind < 9
            ? Buffer.from(value(random))
            : random.bytes(random.below(60));
  const fitting =
    kind < 5
      ? "application/json"
      : kind < 7
        ? "text/csv"
        : kind < 8
          ? "application/x-www-form-urlencoded"
          : "text/plain";
  return { type: random.chance(0.93) ? fitting : random.chance(0.3) ? null : random.pick(types), bytes };
}

function json(random: Random, name: () => string): string {
  const row = (): string => object(random, random.list(0, 4, name));
  if (random.chance(0.04))
    return random.pick(["", "null", "1", '"a"', "[", "{", "[null]", "[1,{}]", "{}", "[]", "[[]]", "nul", '{"a":1}x']);
  if (random.chance(0.6)) return random.chance(0.03) ? `${row()},` : row();
  if (random.chance(0.3)) return `[${random.list(1, 3, row).join(",")}]`;
  const keys = random.list(1, 4, name);
  return `[${random.list(1, 3, () => object(random, keys)).join(",")}]`;
}

const object = (random: Random, keys: readonly string[]): string =>
  `{${keys.map((key) => `${JSON.stringify(key)}:${member(random, 0)}`).join(",")}}`;

function member(random: Random, depth: number): string {
  const kind = random.below(12);
  if (kind < 3) return random.pick(["0", "1", "-1", "3.5", "1e400", "99999999999999999999", "-0"]);
  if (kind === 3) return random.pick(["true", "false", "null"]);
  if (kind === 4) return random.pick(['"\\u0000"', '"\\ud800"', '"\\uD83D\\uDE00"', '"\\u00e9"', '"\\"\\\\"']);
  if (kind === 5 && depth < 3) return `[${random.list(0, 3, () => member(random, depth + 1)).join(",")}]`;
  if (kind === 6 && depth < 3)
    return `{${random.list(0, 3, (at) => `"k${at}":${member(random, depth + 1)}`).join(",")}}`;
  return JSON.stringify(value(random));
}

function csv(random: Random, name: () => string): string {
  const header = random.list(1, 4, name);
  const cell = (text: string): string =>
    random.chance(0.4) ? `"${text.replaceAll('"', random.chance(0.9) ? '""' : '"')}"` : text;
  const line = (): string => header.map(() => cell(random.chance(0.1) ? "NULL" : value(random))).join(",");
  const end = random.pick(["\n", "\r\n", "\n", "\r"]);
  return [header.map(cell).join(","), ...random.list(0, 3, line)].join(end) + random.pick(["", end]);
}
