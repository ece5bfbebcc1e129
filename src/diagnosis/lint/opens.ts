/** Expressions that ask nothing about a row. Pure. */

export const isTrue = (text: string | undefined): boolean => text?.toLowerCase() === "true";

/** Of a user's request, where it says nothing more than `true`. */
const isSignedIn = (text: string | undefined): boolean =>
  /^(?:auth\.uid\(\)|\( ?select auth\.uid\(\)(?: as \w+)?\)) is not null$/i.test(text ?? "");

export const asksNothing = (text: string | undefined): boolean => isTrue(text) || isSignedIn(text);
