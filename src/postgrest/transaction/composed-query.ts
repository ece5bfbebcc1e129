/** A caller's query with what one request gives: all there is to send. */
import type { Given } from "../sql/snippet.ts";
import type { CallersQuery, SentTransaction } from "./compose.ts";
import type { TransactionRequest } from "./run.ts";

/**
 * A trace keeps it long after it ran, and hardly ever shows it; so it holds what it is made of, and makes what was sent anew
 * when somebody asks.
 */
export class ComposedQuery implements Given {
  readonly query: CallersQuery;
  readonly body: Buffer;
  readonly values: Given["values"];
  #again: TransactionRequest | undefined;

  constructor(query: CallersQuery, { body, values }: Given) {
    this.query = query;
    this.body = body;
    this.values = values;
  }

  transaction(): TransactionRequest {
    return this.#again ?? this.query.transaction(this);
  }

  /** For what runs again and again: puts the transaction together once. */
  settle(): this {
    this.#again = this.transaction();
    return this;
  }

  get end(): SentTransaction["end"] {
    return this.query.end;
  }

  sent(): SentTransaction {
    return this.query.sent(this);
  }
}
