/** What a request is made for: one configuration of the recorded corpus, and the names of its database. */
import type { HttpRequest } from "../../src/http/message.ts";
import type { Vocabulary } from "./vocabulary.ts";

export interface Surroundings {
  readonly words: Vocabulary;
  /** Exposed, and the one the corpus is written for. */
  readonly schema: string;
  readonly jwtSecret: string;
  readonly roles: readonly string[];
  /** Recorded requests, as material. */
  readonly recorded: readonly HttpRequest[];
}
