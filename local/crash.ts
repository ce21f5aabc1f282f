import { writeSync } from "node:fs";
import { describeError } from "../core/describe-error.ts";
import { ConfigurationError, isOwnError } from "../core/errors.ts";

/**
 * What nobody caught ends the process with one line instead of Node's report, which prints the error's message, its stack and its properties:
 * an address with a token, a client's words.
 */
export function endOnCrash(): void {
  // A rejection that nobody handles comes here as well (Node docs, process, "Event: 'uncaughtException'").
  process.on("uncaughtException", (error: unknown) => {
    try {
      writeSync(process.stderr.fd, `${crashLine(error)}\n`);
    } catch {
      // Nobody reads it any more.
    }
    process.exit(1);
  });
}

/** Own errors are written to be read; of any other one its name, code and place. */
export function crashLine(error: unknown): string {
  if (isOwnError(error))
    return error instanceof ConfigurationError ? error.message : `${error.code}: ${error.message}`;
  const { error: name, code, at } = describeError(error);
  const what = code === undefined ? name : `${name} (${code})`;
  const place = at === undefined ? "" : ` at ${at}`;
  return `${what}${place}: this is a fault of the product and ends it; please report this line, it holds nothing secret`;
}
