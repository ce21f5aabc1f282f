import { isOwnError } from "./errors.ts";

/** What may be said of an error in a log or on a terminal. */
export type ErrorDescription = {
  error: string;
  code?: string;
  /** Of an own error: its message, which is written to be read. */
  problem?: string;
  /** Of any other: the file and line that it came from. */
  at?: string;
};

/**
 * An error as it may be logged. The message of a foreign one can quote an address with a token or a customer's words, so only its name, its
 * code and its place are kept; and those only where they look like one, for libraries copy them out of replies.
 */
export function describeError(error: unknown): ErrorDescription {
  if (isOwnError(error)) return { error: error.name, code: error.code, problem: error.message };
  if (!(error instanceof Error)) return { error: "unknown" };
  const code = "code" in error ? named(error.code) : undefined;
  const at = placeOf(error);
  return {
    error: named(error.name) ?? "Error",
    ...(code === undefined ? {} : { code }),
    ...(at === undefined ? {} : { at }),
  };
}

/** A word such as `ECONNRESET` or `UND_ERR_SOCKET`, or a short number. */
function named(value: unknown): string | undefined {
  const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
  return /^([A-Za-z][\w.-]{0,63}|\d{1,5})$/.test(text) ? text : undefined;
}

const root = decodeURIComponent(new URL("..", import.meta.url).pathname);

/** The first line of the stack that names a file; the message stands in the stack too, with whatever lines it has. */
function placeOf({ stack, message }: Error): string | undefined {
  const lines = stack?.replace(message, () => "").split("\n") ?? [];
  for (const line of lines) {
    const place = /^\s+at (?:async )?(?:.*\()?((?:file:|node:|\/|[A-Za-z]:\\)[^()]*:\d+):\d+\)?$/.exec(
      line,
    )?.[1];
    if (place !== undefined) return place.replace(/^file:\/\//, "").replace(root, "");
  }
  return undefined;
}
