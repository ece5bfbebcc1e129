/** How parts of a text are set apart; the terminal colours them, everything else leaves them as they are. */
export interface Style {
  readonly strong: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
}

const same = (text: string): string => text;

export const plainStyle: Style = { strong: same, dim: same, good: same, bad: same };
