/** From a Host field to slug and hash: the three forms of a Service URL. */
import { remember } from "../cache/remember.ts";

export type HostForm = "flat" | "dotted" | "slugHash";

export interface HostNames {
  readonly form: HostForm;
  readonly slug: string;
  readonly hash: string;
}

const HASH = /^[0-9a-f]{7}$/;

/** `hostname` is lower case and without port. Null when it cannot name a project under that base domain. */
export function parseHost(hostname: string, baseDomain: string): HostNames | null {
  const suffix = `.${baseDomain.toLowerCase()}`;
  if (!hostname.endsWith(suffix)) return null;
  const labels = hostname.slice(0, -suffix.length).split(".");
  return flat(labels) ?? dotted(labels) ?? slugHash(labels[0]!);
}

/** What a hostname asks for, with what a trace says of it. */
export interface Sought {
  readonly names: HostNames | null;
  readonly evidence: Readonly<Record<string, unknown>>;
}

/** The same object for the same name. */
export const soughtBy = (hostname: string, baseDomain: string): Sought => sought(`${baseDomain} ${hostname}`);

const sought = remember((key): Sought => {
  const [baseDomain = "", ...rest] = key.split(" ");
  const host = rest.join(" ");
  const names = parseHost(host, baseDomain);
  return { names, evidence: { host, baseDomain, ...names } };
});

/** `api--<slug>--<hash>`; a slug may contain `--` itself. */
function flat(labels: readonly string[]): HostNames | null {
  const [label] = labels as [string];
  if (labels.length !== 1 || !label.startsWith("api--")) return null;
  const parts = label.split("--");
  const hash = parts.at(-1)!;
  const slug = parts.slice(1, -1).join("--");
  return parts.length >= 3 && HASH.test(hash) && slug !== "" ? { form: "flat", slug, hash } : null;
}

/** `api.<slug>.<hash>` */
function dotted(labels: readonly string[]): HostNames | null {
  const [api, slug = "", hash = ""] = labels;
  return labels.length === 3 && api === "api" && HASH.test(hash) ? { form: "dotted", slug, hash } : null;
}

/**
 * `<slug>-<hash>`, split at the last hyphen. The platform neither checks the hash here nor looks at further labels, so
 * `notes-1a2b3c4.anything.<base>` resolves and a misspelt flat label ends here too.
 */
function slugHash(label: string): HostNames | null {
  const hyphen = label.lastIndexOf("-");
  return hyphen < 0 ? null : { form: "slugHash", slug: label.slice(0, hyphen), hash: label.slice(hyphen + 1) };
}

/** Names that mean "the project of this stack", because `*.localhost` does not resolve everywhere. */
export function isLocalName(hostname: string): boolean {
  return hostname === "localhost" || hostname === "127.0.0.1";
}
