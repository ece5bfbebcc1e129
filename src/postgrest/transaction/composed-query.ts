/** A caller's query with what one request gives: all there is to send. */
import type { Given } from "../sql/snippet.ts";
import type { CallersQuery, SentTransaction } from "./compose.ts";
import type { TransactionRequest } from "./run.ts";

/**
 * A trace keeps it long after it ran, and hardly ever shows it; so it holds what it is made of, and makes what was sent anew
 * when somebody asks.
 */
export class ComposedQuery {
  readonly query: CallersQuery;
  readonly #given: Given;
  readonly #runsAgain: boolean;
  #again: TransactionRequest | undefined;

  /** @param runsAgain whether it is kept for the next request, and so put together once */
  constructor(query: CallersQuery, given: Given, runsAgain = false) {
    this.query = query;
    this.#given = given;
    this.#runsAgain = runsAgain;
  }

  transaction(): TransactionRequest {
    if (!this.#runsAgain) return this.query.transaction(this.#given);
    this.#again ??= this.query.transaction(this.#given);
    return this.#again;
  }

  get end(): SentTransaction["end"] {
    return this.query.end;
  }

  sent(): SentTransaction {
    return this.query.sent(this.#given);
  }
}
