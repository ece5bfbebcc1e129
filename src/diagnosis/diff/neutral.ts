/** Answers without the names that differ between the modes whatever the project does. Pure. */
import { type HttpResponse, headerValues } from "../../http/message.ts";
import type { ProjectIdentity } from "../../project/identity.ts";
import { modes } from "../../project/mode/mode.ts";
import type { ModeName } from "../../project/mode/types.ts";

/** Schema and user's role are replaced by words of the same meaning for both. */
export function neutralText(text: string, mode: ModeName, project: ProjectIdentity): string {
  const { schema, userRole } = modes[mode].names(project);
  const word = (name: string) => new RegExp(`(?<![A-Za-z0-9_])${name}(?![A-Za-z0-9_])`, "g");
  return text.replace(word(schema), "<schema>").replace(word(userRole), "<role>");
}

/** Of the emulator, of the connection, of the edge (v1's adds Vary to everything) or of the versions: no project decides them. */
const PASSED_OVER = new Set([
  "server",
  "date",
  "connection",
  "keep-alive",
  "content-length",
  "vary",
  "x-flux-dev-trace",
  "x-flux-dev-why",
]);

/** By lower-case name; the charset's case and repeated fields do not matter. */
export function neutralHeaders(response: HttpResponse, mode: ModeName, project: ProjectIdentity): Map<string, string> {
  const names = [...new Set(response.headers.map(([name]) => name.toLowerCase()))].sort();
  return new Map(
    names
      .filter((name) => !PASSED_OVER.has(name))
      .map((name) => [name, neutralText(headerValues(response.headers, name).join(", "), mode, project)]),
  );
}
