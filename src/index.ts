/** What the package offers to programs: a project under test, and the stack behind the command line. */
export type { Matrix, MatrixCell } from "./diagnosis/matrix/types.ts";
export type { Diagnosis } from "./diagnosis/types.ts";
export type { FluxDevConfig } from "./project/config-schema.ts";
export type { StackInfo } from "./stack/info.ts";
export type { RunningStack } from "./stack/running-stack.ts";
export { type StackOptions, startStack } from "./stack/start.ts";
export type { TokenRequest } from "./stack/tokens.ts";
export type { Flux } from "./testing/flux.ts";
export type { InlineProject } from "./testing/project.ts";
export type { RequestOptions } from "./testing/request/build.ts";
export type { Caller } from "./testing/request/caller.ts";
export type { FluxResponse } from "./testing/request/response.ts";
export type { Snapshot } from "./testing/snapshot.ts";
export { type FluxOptions, startFlux } from "./testing/start.ts";
export { type AccessMatchers, expectAccess, matchers } from "./testing/verdicts/matchers.ts";
export type { DeniedBy } from "./testing/verdicts/verdicts.ts";
