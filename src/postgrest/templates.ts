/** What queries have in common that differ in the values of their filters alone. */
import { BoundedMap } from "../cache/bounded-map.ts";
import type { HttpRequest } from "../http/message.ts";
import { headText } from "./request/api-request.ts";
import { canonicalOf, markedQuery, type QueryShape, queryShape } from "./request/query-shape.ts";
import type { ApiRequest } from "./request/types.ts";

/** Longer texts are rare, and would make the memory as large as a client likes. */
const MAX_LENGTH = 2000;

interface Template<Shared> {
  readonly shared: Shared;
  readonly canonical: (values: QueryShape["values"]) => string;
}

export interface Found<Shared> {
  readonly shared: Shared;
  readonly values: readonly string[];
  /** See `QueryParams.canonical`. */
  readonly canonical: string;
}

export class Templates<Shared extends { readonly head: Pick<ApiRequest, "queryParams"> }> {
  /** `once`: seen, but nothing is made for what comes once. `none`: it cannot be read with marks. */
  readonly #known: BoundedMap<string, Template<Shared> | "once" | "none">;
  readonly #make: (marked: HttpRequest, marks: number) => Shared | undefined;

  /** @param make reads and plans a request with a marked query; undefined where the marks are in the way */
  constructor(limit: number, make: (marked: HttpRequest, marks: number) => Shared | undefined) {
    this.#known = new BoundedMap(limit);
    this.#make = make;
  }

  /** Undefined for a query that has no values, or has not come in this shape before. */
  find(http: HttpRequest): Found<Shared> | undefined {
    const shape = queryShape(http.query);
    if (shape === undefined) return undefined;
    const text = headText({ ...http, query: shape.text });
    if (text.length > MAX_LENGTH) return undefined;
    const before = this.#known.get(text);
    if (before === undefined) {
      this.#known.set(text, "once");
      return undefined;
    }
    const template = before === "once" ? this.#learn(text, shape, http) : before;
    if (template === "none") return undefined;
    const values = shape.values.map(({ sent }) => sent);
    return { shared: template.shared, values, canonical: template.canonical(shape.values) };
  }

  #learn(text: string, shape: QueryShape, http: HttpRequest): Template<Shared> | "none" {
    const shared = this.#make({ ...http, query: markedQuery(shape) }, shape.values.length);
    const template =
      shared === undefined ? "none" : { shared, canonical: canonicalOf(shared.head.queryParams.canonical) };
    this.#known.set(text, template);
    return template;
  }
}
