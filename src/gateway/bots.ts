/** The optional filter on User-Agent; off unless configured, as on the platform. */
import type { Answer } from "./answer.ts";
import { error, refused } from "./answer.ts";

const KNOWN_BOTS =
  /\b(?:MJ12bot|AhrefsBot|SemrushBot|PetalBot|DotBot|YandexBot|nikto|sqlmap|wpscan|masscan|nmap|Nuclei|zgrab)\b/i;

export type BotFilter = (userAgent: string | undefined) => Answer | undefined;

/** A pattern replaces the known list. One that is no regular expression turns the filter off and is reported. */
export function botFilter(
  settings: { readonly pattern?: string } | undefined,
  report: (text: string) => void,
): BotFilter {
  const pattern = settings === undefined ? undefined : compile(settings.pattern, report);
  return (userAgent) =>
    userAgent !== undefined && pattern?.test(userAgent)
      ? refused("edge", "edge.bot", error(403, "forbidden"), { userAgent })
      : undefined;
}

function compile(pattern: string | undefined, report: (text: string) => void): RegExp | undefined {
  if (pattern === undefined) return KNOWN_BOTS;
  try {
    return new RegExp(pattern, "i");
  } catch (problem) {
    report(`The bot filter is off: its pattern is no regular expression (${(problem as Error).message}).`);
    return undefined;
  }
}
