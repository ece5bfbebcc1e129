/** A comment's first line is the title, the rest the description; blank lines between the two are dropped. */
export function splitComment(comment: string): { title: string; rest: string } {
  const end = comment.indexOf("\n");
  if (end < 0) return { title: comment, rest: "" };
  return { title: comment.slice(0, end), rest: comment.slice(end).replace(/^\n+/, "") };
}

/** `summary` and `description` of an operation; what is missing is left out. */
export function summaryOf(comment: string | null): { summary?: string; description?: string } {
  if (comment === null) return {};
  const { title, rest } = splitComment(comment);
  return rest === "" ? { summary: title } : { summary: title, description: rest };
}
