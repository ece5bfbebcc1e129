/** Text changed in places, with the way back: where in the user's file did this character come from? */

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface EditedText {
  readonly text: string;
  /** Offset in the original of an offset in `text`; inside a replacement, the place where it begins. */
  readonly sourceOffset: (offset: number) => number;
}

/** Applies edits that do not overlap; offsets are UTF-16. */
export function applyEdits(source: string, edits: readonly Edit[]): EditedText {
  const ordered = [...edits].sort((a, b) => a.start - b.start);
  let text = "";
  let at = 0;
  const placed = ordered.map((edit) => {
    text += source.slice(at, edit.start);
    const start = text.length;
    text += edit.text;
    at = edit.end;
    return { edit, start, end: text.length };
  });
  text += source.slice(at);
  const sourceOffset = (offset: number): number => {
    const before = placed.filter((place) => place.start <= offset && (place.start < place.end || place.end <= offset));
    const last = before.at(-1);
    if (last === undefined) return offset;
    return offset < last.end ? last.edit.start : last.edit.end + (offset - last.end);
  };
  return { text, sourceOffset };
}

/** One edit after another: the way back leads through both. */
export function chain(first: EditedText, second: EditedText): EditedText {
  return { text: second.text, sourceOffset: (offset) => first.sourceOffset(second.sourceOffset(offset)) };
}

/** Line and column, both from 1, of a UTF-16 offset; columns count characters, as an editor does. */
export function lineAndColumn(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset);
  const lines = before.split("\n");
  return { line: lines.length, column: [...lines.at(-1)!].length + 1 };
}

/** Postgres counts positions in characters from 1; JavaScript strings count UTF-16 units from 0. */
export function offsetOfPosition(text: string, position: number): number {
  let offset = 0;
  for (let seen = 1; seen < position && offset < text.length; seen += 1) {
    offset += text.codePointAt(offset)! > 0xffff ? 2 : 1;
  }
  return offset;
}
