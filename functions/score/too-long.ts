import { PermanentError } from "../../core/errors.ts";

/** Whether the model was given more than it takes: a part of the conversation may fit. */
export function isTooLong(error: unknown): boolean {
  return error instanceof PermanentError && error.code === "llm.input_too_long";
}
