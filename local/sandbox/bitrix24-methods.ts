import type { SandboxReply } from "./server.ts";

export type Parameters = Record<string, unknown>;

/** What stands beside the `time` block, or a refusal of the method's own. */
export type Answer = { result: object | number; next?: number; total?: number } | SandboxReply;

/** REST methods of the sandbox portal, each with the right of the webhook that it needs. */
export type SandboxMethods = Record<
  string,
  { scope: string; answer(parameters: Parameters): Answer | Promise<Answer> }
>;

export function refusal(status: number, error: string, error_description: string): SandboxReply {
  return { status, body: { error, error_description } };
}
