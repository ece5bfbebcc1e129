/** HTML by template literals: what is put in is escaped, unless it is markup itself. */
export interface Markup {
  readonly markup: string;
}

type Piece = Markup | string | number | null | undefined | false | readonly Piece[];

export function html(texts: TemplateStringsArray, ...pieces: Piece[]): Markup {
  return { markup: texts.map((text, index) => (index === 0 ? "" : render(pieces[index - 1])) + text).join("") };
}

function render(piece: Piece): string {
  if (piece === null || piece === undefined || piece === false) return "";
  if (typeof piece === "string" || typeof piece === "number") return escapeText(String(piece));
  return "markup" in piece ? piece.markup : piece.map(render).join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escapeText = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
