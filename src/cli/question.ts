/** The words after `why` and `diff`, and the options that describe a request. Pure. */
import { type Command, InvalidArgumentError, Option } from "commander";
import type { ModeName } from "../project/mode/types.ts";
import type { AskedRequest } from "../stack/diagnosis/asked-request.ts";
import type { WhyQuestion } from "../stack/diagnosis/diagnosis.ts";
import { StackError } from "../stack/errors.ts";
import type { KeyRole } from "../tokens/keys.ts";

export interface RequestFlags {
  readonly as?: string;
  readonly token?: string;
  readonly key?: KeyRole;
  readonly body?: string;
  readonly header?: readonly Header[];
}

export interface QuestionFlags extends RequestFlags {
  readonly mode?: ModeName;
  readonly row?: { readonly column: string; readonly value: string };
}

type Header = readonly [name: string, value: string];

export function withRequestFlags(command: Command): Command {
  return command
    .option("--as <user>", "whose request it is: name, id, e-mail or user name")
    .option("--token <jwt>", "with this token instead")
    .addOption(new Option("--key <role>", "with that key instead (v1)").choices(["anon", "service_role"]))
    .option("--body <json>", "the body, sent as it is")
    .option("--header <name:value>", "a further header (repeatable)", parseHeader);
}

function parseHeader(text: string, previous: readonly Header[] = []): Header[] {
  const colon = text.indexOf(":");
  if (colon < 1) throw new InvalidArgumentError("A header is written name:value.");
  return [...previous, [text.slice(0, colon).trim(), text.slice(colon + 1).trim()]];
}

export function parseRow(text: string): { column: string; value: string } {
  const equals = text.indexOf("=");
  if (equals < 1) throw new InvalidArgumentError("A row is written column=value.");
  return { column: text.slice(0, equals), value: text.slice(equals + 1) };
}

/** No words, a trace's id, `METHOD target`, or a target alone. Throws a `StackError` for anything else. */
export function question(words: readonly string[], { mode, row, ...flags }: QuestionFlags): WhyQuestion {
  const more = row === undefined ? {} : { row };
  const [word] = words;
  if (words.length > 1 || (word !== undefined && isTarget(word)))
    return { request: request(words, flags), mode, ...more };
  const given = Object.keys(flags).filter((name) => flags[name as keyof RequestFlags] !== undefined);
  if (given.length > 0 || mode !== undefined) throw requestMissing(given[0] ?? "mode");
  return word === undefined ? more : { trace: word, ...more };
}

/** `METHOD target`, or a target: a GET, or a POST where there is a body. */
export function request(words: readonly string[], flags: RequestFlags): AskedRequest {
  const { as, token, key, body, header: headers } = flags;
  const [first = "", second, ...rest] = words;
  const [method, target] = second === undefined ? [body === undefined ? "GET" : "POST", first] : [first, second];
  if (rest.length > 0 || !isTarget(target) || !URL.canParse(target, "http://host")) throw noRequest(words);
  return { method: method.toUpperCase(), target, as, token, key, body, headers };
}

const isTarget = (word: string): boolean => word.startsWith("/") || /^https?:\/\//.test(word);

const noRequest = (words: readonly string[]) =>
  new StackError("BAD_REQUEST", {
    what: `"${words.join(" ")}" is not a request.`,
    why: "A request is a method and a path that begins with /, or a whole URL.",
    next: "Write it like this: GET '/notes?select=*'. Quotes keep the shell away from ?, * and &.",
  });

const requestMissing = (flag: string) =>
  new StackError("BAD_REQUEST", {
    what: `--${flag} describes a request, and there is none.`,
    why: "Without a request it is the last failure, or a trace, that is explained as it was.",
    next: "Name the request: flux-dev why GET /notes --as alice.",
  });
