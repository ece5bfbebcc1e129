/** Clerk's test identities always get this code and no mail; offline, everybody is one. */
import { formError } from "../errors.ts";

const TEST_CODE = "424242";

/** Throws Clerk's refusal of a wrong code. */
export function checkCode(code: string | undefined): void {
  if (code === TEST_CODE) return;
  throw formError(
    "form_code_incorrect",
    "code",
    "is incorrect",
    "Incorrect code. The emulator's code is always 424242.",
  );
}
