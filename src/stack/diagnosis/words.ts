/** What is said when there is nothing to explain. */
import { StackError } from "../errors.ts";

export const unknownTrace = (id: string) =>
  new StackError("BAD_REQUEST", {
    what: `There is no trace ${id}.`,
    why: "A stack remembers its last 1000 requests, and forgets them when it stops.",
    next: "flux-dev why --list shows the last of them; a request to make begins with its path: flux-dev why /notes.",
  });

export const nothingToExplain = () =>
  new StackError("BAD_REQUEST", {
    what: "No request has failed or come back empty.",
    why: "Every request since the stack started was answered with rows or needed none.",
    next: "Name a request instead: flux-dev why GET /notes --as alice.",
  });
