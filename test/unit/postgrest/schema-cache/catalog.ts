/** Rows as the catalogs answer them, for tests of what is made of them. */
import type { Constraint } from "../../../../src/postgrest/schema-cache/constraints.ts";
import type { ViewRow } from "../../../../src/postgrest/schema-cache/view-keys.ts";

/** `api.films` gets the oid "api.films"; columns are numbered by their place in the table's list. */
export class Catalog {
  readonly #columns = new Map<string, readonly string[]>();
  readonly constraints: Constraint[] = [];
  readonly views: ViewRow[] = [];

  table(name: string, columns: readonly string[]): this {
    this.#columns.set(name, columns);
    return this;
  }

  key(kind: "p" | "u", table: string, name: string, columns: readonly string[]): this {
    this.constraints.push({
      kind,
      name,
      inherited: false,
      partition: false,
      ...this.#side(table, columns),
      references: null,
    });
    return this;
  }

  foreignKey(table: string, name: string, columns: readonly string[], other: string, others: readonly string[]): this {
    const references = this.#side(other, others);
    this.constraints.push({
      kind: "f",
      name,
      inherited: false,
      partition: false,
      ...this.#side(table, columns),
      references,
    });
    return this;
  }

  /** @param columns name of the view's column → `table.column` it shows */
  view(name: string, columns: Readonly<Record<string, readonly [table: string, column: string] | null>>): this {
    const [schema = "", view = ""] = name.split(".");
    const entries = Object.values(columns).map((origin, index) => {
      const [table, column] = origin ?? ["0", ""];
      const number = origin === null ? 0 : this.#number(table, column);
      return `{TARGETENTRY :resno ${index + 1} :resorigtbl ${oid(table)} :resorigcol ${number} :resjunk false}`;
    });
    const tree = ` :targetList (${entries.join(" ")})})`;
    this.views.push({ id: oid(name), schema, name: view, columns: Object.keys(columns), tree });
    this.#columns.set(name, Object.keys(columns));
    return this;
  }

  #number(table: string, column: string): number {
    return (this.#columns.get(table) ?? []).indexOf(column) + 1;
  }

  #side(table: string, columns: readonly string[]) {
    const [schema = "", name = ""] = table.split(".");
    return {
      id: oid(table),
      schema,
      table: name,
      columns,
      numbers: columns.map((column) => this.#number(table, column)),
    };
  }
}

/** Oids are numbers in the query tree. */
const oid = (name: string): string =>
  name === "0" ? "0" : String([...name].reduce((sum, char) => (sum * 31 + (char.codePointAt(0) ?? 0)) % 1_000_003, 7));
