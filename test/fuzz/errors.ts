import * as z from "zod";
import { isOwnError } from "../../core/errors.ts";

/**
 * Throws on what is no error that anybody was promised: own errors are named, and a message that cannot be read is a `ZodError`, a `SyntaxError`
 * of `JSON.parse`, or one of the two `RangeError`s that say so. Anything else is a crash of our own code.
 */
export function assertNamed(error: unknown): void {
  if (isOwnError(error) || error instanceof z.ZodError) return;
  if (error instanceof SyntaxError && / JSON|JSON at|is not valid JSON/.test(error.message)) return;
  if (error instanceof RangeError && PROMISED.includes(error.message)) return;
  throw new Error("an error without a name", { cause: error });
}

const PROMISED = [
  // events/catalog.ts
  "an event of a type that this version does not know",
  // core/ports/store.ts
  "a bucket key must be a relative path of plain segments",
];
