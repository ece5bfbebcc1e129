/** What the oracle objects to: printed once per kind of fault, with a request that shows it. */
import type { HttpRequest } from "../../src/http/message.ts";
import { minimise, show } from "./minimise.ts";
import type { Verdict } from "./oracle.ts";

const SHOWN = 3;

export class Findings {
  readonly #byKind = new Map<string, { problem: string; count: number }>();
  readonly #pending: Promise<void>[] = [];
  readonly #print: ((line: string) => void) | null;
  readonly #repeat: (number: number) => string;

  /** @param repeat the command that makes the request again */
  constructor(print: ((line: string) => void) | null, repeat: (number: number) => string) {
    this.#print = print;
    this.#repeat = repeat;
  }

  /** @param again judges a smaller request, where that can be had */
  add(
    number: number,
    problem: string,
    request?: HttpRequest,
    again?: (smaller: HttpRequest) => Promise<Verdict>,
  ): void {
    const kind = kindOf(problem);
    const known = this.#byKind.get(kind) ?? { problem, count: 0 };
    known.count += 1;
    this.#byKind.set(kind, known);
    if (known.count > SHOWN || this.#print === null) return;
    this.#pending.push(this.#show(this.#print, number, problem, kind, request, again));
  }

  settled(): Promise<unknown> {
    return Promise.all(this.#pending);
  }

  /** One line per kind of fault. */
  summary(): string[] {
    return [...this.#byKind.values()].map(({ problem, count }) => `${count} × ${problem}`);
  }

  async #show(
    print: (line: string) => void,
    number: number,
    problem: string,
    kind: string,
    request: HttpRequest | undefined,
    again: ((smaller: HttpRequest) => Promise<Verdict>) | undefined,
  ): Promise<void> {
    const small =
      request === undefined || again === undefined || problem.startsWith("no answer")
        ? request
        : await minimise(request, async (one) => (await again(one)).problems.some((other) => kindOf(other) === kind));
    print(`FINDING ${problem}\n  ${this.#repeat(number)}${small === undefined ? "" : `\n  ${show(small)}`}`);
  }
}

/** Two problems are of one kind when they differ in quotations and numbers only. */
const kindOf = (problem: string): string =>
  problem
    .replaceAll(/zq\d+x/gi, "…")
    .replaceAll(/"[^"]*"|'[^']*'|…[\s\S]*…|\d+/g, "#")
    .slice(0, 120);
