/** The shape of `trap.json`: a mistake, the request that shows it, what must come back and what must be said about it. */
import { z } from "zod";

const headers = z.record(z.string(), z.string());

/** A request as the fixtures write it; whoever sends it makes the credential. */
const requestShape = {
  /** Default: GET. */
  method: z.string().optional(),
  /** With query, as in a URL. */
  path: z.string().startsWith("/"),
  /** A user of the users file: a token by the template `flux`. Without it and without `key` there is no Authorization. */
  as: z.string().optional(),
  /** Claims set in that token. */
  claims: z.record(z.string(), z.unknown()).optional(),
  /** Claims left out of it. */
  drop: z.array(z.string()).optional(),
  /** Seconds from now to the token's end; negative for one that has expired. */
  expiresIn: z.int().optional(),
  /** A session token of the identity provider instead. */
  session: z.boolean().optional(),
  /** Signed with something else than the project's secret as text. */
  signedWith: z.enum(["base64-decoded", "other-mode"]).optional(),
  /** v1's static keys. */
  key: z.enum(["anon", "service_role"]).optional(),
  headers: headers.optional(),
  /** Sent as JSON; a text goes as it is. */
  body: z.unknown().optional(),
};

const request = z.strictObject(requestShape);

/** What of the request is different; null takes a member away. */
const requestChange = z.strictObject(
  Object.fromEntries(Object.entries(requestShape).map(([name, shape]) => [name, shape.nullish()])) as {
    [Name in keyof typeof requestShape]: z.ZodOptional<z.ZodNullable<(typeof requestShape)[Name]>>;
  },
);

const answer = z.strictObject({
  status: z.int(),
  /** `code` of an error body. */
  code: z.string().optional(),
  /** Number of rows of an array body. */
  rows: z.int().optional(),
  /** The JSON body, or the members of it that matter. `{schema}` stands for the project's API schema. */
  body: z.unknown().optional(),
  headers: headers.optional(),
});

const requestCase = z.strictObject({
  modes: z.array(z.enum(["v1", "v2"])).min(1),
  request,
  answer,
  /** Code of the diagnosis that `why` must give. */
  diagnosis: z.string(),
  /** Codes of what it must say besides: what lies behind that cause, or comes once it is mended. */
  also: z.array(z.string()).default([]),
  neighbour: z.strictObject({
    request: requestChange.optional(),
    answer,
  }),
});

/** A mistake that the push refuses already: there is no request to explain, only what lint says about the files. */
const pushCase = z.strictObject({
  modes: z.array(z.enum(["v1", "v2"])).min(1),
  push: z.strictObject({ file: z.string(), sqlState: z.string(), message: z.string() }),
});

export const trapSchema = z.strictObject({
  number: z.int().positive(),
  title: z.string().min(1),
  /** Two to four sentences: what somebody did, what they saw, what it really is. */
  story: z.string().min(1),
  /** What is different in the project without the mistake, one sentence. */
  mend: z.string().min(1),
  /** Codes lint gives for the broken project, by mode; it gives none for the neighbour. */
  lint: z.strictObject({ v1: z.array(z.string()).default([]), v2: z.array(z.string()).default([]) }).prefault({}),
  cases: z.array(z.union([pushCase, requestCase])).min(1),
});

export type Trap = z.output<typeof trapSchema>;
export type TrapCase = Trap["cases"][number];
export type TrapRequestCase = Extract<TrapCase, { request: unknown }>;
export type TrapRequest = TrapRequestCase["request"];
export type TrapAnswer = TrapRequestCase["answer"];

export const isRequestCase = (one: TrapCase): one is TrapRequestCase => "request" in one;
