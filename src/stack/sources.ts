/** Where Postgres and PostgREST come from, as the user chose: what was asked for goes before the configuration. */
import type { ModeName } from "../project/mode/types.ts";
import {
  inMode,
  meantAs,
  POSTGRES_SOURCES,
  POSTGREST_SOURCES,
  type PostgresSource,
  type PostgrestSource,
  postgresSource,
  postgrestSource,
} from "../project/parts.ts";
import type { Project } from "../project/project.ts";
import { StackError } from "./errors.ts";

/** What a source is called where the user names it: a flag, or an option of `startFlux`. */
interface Wish {
  readonly name: string;
  readonly text: string | undefined;
}

/** Throws `BAD_REQUEST` for a text that names none. */
export function chosenPostgres({ name, text }: Wish, { config }: Project, mode: ModeName): PostgresSource {
  const chosen = text ?? inMode(config.postgres, mode, "embedded");
  return postgresSource(chosen) ?? unknownSource(name, chosen, POSTGRES_SOURCES);
}

/** Throws `BAD_REQUEST` for a text that names none. */
export function chosenPostgrest({ name, text }: Wish, { config }: Project, mode: ModeName): PostgrestSource {
  const chosen = text ?? inMode(config.postgrest, mode, "builtin");
  return postgrestSource(chosen) ?? unknownSource(name, chosen, POSTGREST_SOURCES);
}

function unknownSource(name: string, text: string, choices: string): never {
  const guess = meantAs(text);
  throw new StackError("BAD_REQUEST", {
    // A URL may hold a password.
    what: guess === undefined ? `${name} cannot be "${text}".` : `${name} cannot be this URL.`,
    why: [...(guess === undefined ? [] : [guess]), `It must be ${choices}.`].join(" "),
    next: "Choose one of these, or leave it out: flux-dev brings both parts along.",
  });
}
