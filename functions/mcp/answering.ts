import { ProtocolError, ProtocolErrorCode } from "@modelcontextprotocol/server";
import { AppealError } from "../../core/appeal.ts";
import { CallQueryError } from "../../core/call-query.ts";
import { isOwnError } from "../../core/errors.ts";
import { CallerError } from "./caller-error.ts";
import { type Caller, type McpPorts, openSession, type Session } from "./ports.ts";

/** Answers a request in a session of its own. `what`: for the operator's log. Everything that is asked of the server goes through it. */
export type Answering = <Answer>(
  what: string,
  answer: (session: Session) => Answer | Promise<Answer>,
) => Promise<Answer>;

/** The library would tell the asker what was thrown, in its own words, and the operator nothing. */
export function answeringFor(caller: Caller, ports: McpPorts): Answering {
  return async (what, answer) => {
    try {
      return await answer(await openSession(caller, ports));
    } catch (error) {
      throw asProtocolError(error, what, ports);
    }
  };
}

/** Whose mistake it was, and what to do. What nobody foresaw is told to the operator alone. */
function asProtocolError(error: unknown, what: string, ports: McpPorts): ProtocolError {
  if (error instanceof ProtocolError) return error;
  if (error instanceof CallerError || error instanceof CallQueryError || error instanceof AppealError)
    return new ProtocolError(ProtocolErrorCode.InvalidParams, error.message);
  ports.onFailure(what, error);
  const message = isOwnError(error)
    ? `${error.message} (${error.code})`
    : "something failed on the server: try again, and if it stays, tell its operator";
  return new ProtocolError(ProtocolErrorCode.InternalError, message);
}
