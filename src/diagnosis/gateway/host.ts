/** Which project a request meant, and in which state that project is. */
import type { Step } from "../../trace/step.ts";
import type { Trace } from "../../trace/trace.ts";
import type { DiagnosisCode } from "../codes.ts";
import type { DiagnosisContext } from "../context.ts";
import type { Finding } from "../types.ts";

export function hostFinding(trace: Trace, { code, evidence }: Step, { project }: DiagnosisContext): Finding {
  const text = (name: string) => String(evidence[name] ?? "");
  const canonical = `api--${project.slug}--${project.hash}.${text("baseDomain") || "<base domain>"}`;
  const make = (
    name: DiagnosisCode,
    layer: "host" | "project",
    title: string,
    because: string[],
    fix: string,
  ): Finding => ({
    code: name,
    layer,
    title,
    because,
    fix: { text: fix },
  });
  switch (code) {
    case "host.unknown":
      return make(
        "host.unknown",
        "host",
        `The host ${JSON.stringify(text("host"))} names no project.`,
        hostReasons(text("host"), text("baseDomain"), trace),
        `Call ${canonical}.`,
      );
    case "project.unknown":
      return make(
        "project.unknown",
        "project",
        `There is no project ${text("slug")} with hash ${text("hash")}.`,
        [`The host ${text("host")} reads as slug ${text("slug")} and hash ${text("hash")}.`],
        `Call ${canonical}.`,
      );
    case "project.catalog-down":
      return make(
        "project.catalog-down",
        "project",
        "The gateway could not ask its catalog, and answers as if there were no project.",
        [text("message")],
        "Try again when the catalog is back.",
      );
    case "project.mode":
      return make(
        "project.mode",
        "project",
        `The project is ${text("mode")}, and this address serves the other mode.`,
        [
          trace.mode === "v2"
            ? "The v2 gateway routes pooled projects only."
            : "The v1 edge routes dedicated projects only.",
        ],
        "Call the Service URL of the project's own mode.",
      );
    case "project.secret-missing":
      return make(
        "project.secret-missing",
        "project",
        "The project has no jwt_secret in the catalog, so no token can be verified.",
        ["A request without a token is answered with 401 all the same."],
        `Run repair on the control plane; ${HERE}`,
      );
    case "project.migrating":
      return make(
        "project.migrating",
        "project",
        "The project is being migrated, and the gateway drains its traffic.",
        [`Migration status: ${text("migrationStatus")}.`],
        `Try again when the migration is over; ${HERE}`,
      );
    default: {
      const state = code === "project.archived" ? "archived" : "dormant";
      return make(
        `project.${state}`,
        "project",
        `The project is ${state} and takes no traffic.`,
        [`Lifecycle: ${state}. The token was not looked at.`],
        `Wake the project (flux project wake); ${HERE}`,
      );
    }
  }
}

/** In the emulator a project is in a state because somebody put it there. */
const HERE = "here: flux-dev state active.";

function hostReasons(host: string, base: string, { mode }: Trace): string[] {
  if (host === "") return ["The Host header is empty."];
  if (host.endsWith(".")) return ["It ends with a dot, which the gateway does not cut off."];
  if (base !== "" && !host.endsWith(`.${base.toLowerCase()}`)) return [`It does not end in .${base}.`];
  const forms =
    mode === "v2"
      ? "api--<slug>--<hash>, api.<slug>.<hash> or <slug>-<hash>"
      : "api--<slug>--<hash> or api.<slug>.<hash>";
  return [`Before .${base} it must read ${forms}; a hash has seven hexadecimal digits.`];
}
