/** A trap's run for people: the story, each request with its answer, why, and how it is mended. Pure. */
import { renderLint } from "../diagnosis/lint/render.ts";
import type { Style } from "../diagnosis/render/style.ts";
import { renderDiagnosis } from "../diagnosis/render.ts";
import { type LoadedTrap, type TrapVariant, trapModes } from "../diagnosis/traps/load.ts";
import { isRequestCase, type TrapRequest } from "../diagnosis/traps/schema.ts";
import type { TrapRun } from "../stack/diagnosis/trap.ts";
import { table } from "./terminal.ts";

const LINE = 100;
const LONGEST_BODY = 400;

export function trapList(traps: readonly LoadedTrap[]): string[] {
  const codes = ({ cases }: LoadedTrap) => [
    ...new Set(cases.map((one) => (isRequestCase(one) ? one.diagnosis : "push refused"))),
  ];
  const rows = traps.map((trap) => [
    String(trap.number).padStart(2),
    trapModes(trap).join(" "),
    codes(trap).join(", "),
    trap.title,
  ]);
  return table([[" #", "MODES", "DIAGNOSIS", "TITLE"], ...rows]);
}

export function trapText(trap: LoadedTrap, run: TrapRun, variant: TrapVariant, style: Style): string {
  const { number, title, story, mend } = trap;
  const mended = variant === "neighbour";
  const blocks = [
    `${style.strong(`${number}. ${title}${mended ? ", mended" : ""}`)} ${style.dim(`(${run.mode})`)}`,
    wrap(mended ? mend : story),
    ...(run.refused === undefined ? [] : [`${style.bad("The push was refused:")}\n${run.refused}`]),
    ...run.requests.map(({ request, body, diagnosis }) =>
      [style.strong(shell(request)), shorten(body), "", renderDiagnosis(diagnosis, { style, users: run.users })].join(
        "\n",
      ),
    ),
    ...(run.lint.findings.length === 0 ? [] : [`${style.dim("flux-dev lint says:")}\n${renderLint(run.lint)}`]),
    ...(mended ? [] : [wrap(`Mended: ${mend}`), style.dim(`flux-dev trap ${number} --neighbour shows that.`)]),
  ];
  return blocks.map((block) => block.trimEnd()).join("\n\n");
}

/** As `flux-dev why` would take it; what a token is wrong in comes after it in words. */
function shell({ method = "GET", path, as, key, headers, body, ...token }: TrapRequest): string {
  const parts = [
    `$ ${method} '${path}'`,
    ...(as === undefined ? [] : [`--as ${as}`]),
    ...(key === undefined ? [] : [`--key ${key}`]),
    ...Object.entries(headers ?? {}).map(([name, value]) => `--header '${name}: ${value}'`),
    ...(body === undefined ? [] : [`--body '${typeof body === "string" ? body : JSON.stringify(body)}'`]),
  ];
  const special = Object.entries(token).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return special.length === 0 ? parts.join(" ") : `${parts.join(" ")}   # token: ${special.join(", ")}`;
}

const shorten = (body: string): string => (body.length > LONGEST_BODY ? `${body.slice(0, LONGEST_BODY)}…` : body);

function wrap(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= LINE) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join("\n");
}
