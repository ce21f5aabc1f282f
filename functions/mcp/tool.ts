import {
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type ServerContext,
} from "@modelcontextprotocol/server";
import type * as z from "zod";
import type { Answering } from "./answering.ts";
import { CallerError } from "./caller-error.ts";
import { withoutPersonalData } from "./personal-data.ts";
import type { Session } from "./ports.ts";

/** Reports how far a task is, to a caller who has asked for it. */
export type Progress = (done: number, total: number, message: string) => Promise<void>;

/** A hint to assistants, never a right: what a token may do is decided when it is read. */
export interface Effects {
  /** Changes nothing. */
  readOnly?: true;
  /** Takes something away from others. */
  destructive?: true;
  /** The same once more changes nothing more. */
  idempotent?: true;
  /** Speaks with the CRM or the model. */
  openWorld?: true;
}

interface Definition<Input extends z.ZodObject, Output extends z.ZodObject> {
  name: string;
  title: string;
  description: string;
  effects: Effects;
  input: Input;
  output: Output;
  run(
    args: z.output<Input>,
    session: Session,
    call: { signal: AbortSignal; progress: Progress },
  ): Promise<z.input<Output>>;
  /** No person's words are in it, so that it comes back as it was written. */
  isOwnText?: true;
  /** A few lines for who reads no data. It is made of what may leave. */
  text(result: z.output<Output>, session: Session): string;
}

export interface Tool extends Omit<Definition<z.ZodObject, z.ZodObject>, "run" | "text"> {
  answer(
    args: unknown,
    session: Session,
    call: { signal: AbortSignal; progress: Progress },
  ): Promise<{ structured: Record<string, unknown>; text: string }>;
}

export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  definition: Definition<Input, Output>,
): Tool {
  const { run, text, ...rest } = definition;
  return {
    ...rest,
    async answer(args, session, call) {
      const asked = definition.input.safeParse(args ?? {});
      if (!asked.success) throw new CallerError(mistakesIn(asked.error, args, definition));
      const made = definition.output.parse(await run(asked.data, session, call));
      const structured = definition.isOwnText ? made : withoutPersonalData(made);
      return { structured, text: text(structured, session) };
    },
  };
}

/** Each with what to do instead: an assistant has nobody to ask. */
function mistakesIn(
  { issues }: z.ZodError,
  args: unknown,
  { name, input }: Pick<Definition<z.ZodObject, z.ZodObject>, "name" | "input">,
): string {
  const known = Object.keys(input.shape);
  const takes = `${name} takes ${known.length === 0 ? "no arguments" : known.join(", ")}`;
  return issues
    .flatMap(within)
    .map(({ code, path: [first, ...rest], message }) => {
      if (first === undefined) return code === "unrecognized_keys" ? `${message}: ${takes}` : message;
      const argument = String(first);
      const isMissing =
        rest.length === 0 && (args as Record<string, unknown> | undefined)?.[argument] === undefined;
      if (!isMissing) return `${[argument, ...rest.map(String)].join(".")}: ${message}`;
      const about = (input.shape[argument] as z.ZodType | undefined)?.description;
      return `${argument} is missing${about === undefined ? "" : `: ${about}`}`;
    })
    .join("; ");
}

/** Of what may be this or that, what is wrong with the one it is nearest to: «invalid input» helps nobody. */
function within(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== "invalid_union") return [issue];
  const [nearest] = [...issue.errors].sort((a, b) => a.length - b.length);
  if (nearest === undefined || nearest.length === 0) return [issue];
  return nearest.flatMap((inner) => within({ ...inner, path: [...issue.path, ...inner.path] }));
}

/**
 * Makes the tools answer. The library turns what a tool throws into a result; here it is an error of the protocol, since then a program
 * sees by its code whose mistake it is.
 */
export function addTools(server: McpServer, tools: readonly Tool[], answering: Answering): void {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  for (const { name, title, description, input, output, effects } of tools) {
    const annotations = {
      title,
      readOnlyHint: effects.readOnly ?? false,
      destructiveHint: effects.destructive ?? false,
      idempotentHint: effects.idempotent ?? effects.readOnly ?? false,
      openWorldHint: effects.openWorld ?? false,
    };
    const config = { title, description, inputSchema: input, outputSchema: output, annotations };
    server.registerTool(name, config, () => ({ content: [] }));
  }
  server.server.setRequestHandler("tools/call", async ({ params }, context) => {
    const tool = byName.get(params.name);
    if (!tool)
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `there is no tool ${params.name}: see tools/list`,
      );
    return answering(tool.name, async (session) => {
      const call = { signal: context.mcpReq.signal, progress: progressOf(context) };
      const { structured, text } = await tool.answer(params.arguments, session, call);
      return { content: [{ type: "text" as const, text }], structuredContent: structured };
    });
  });
}

function progressOf({ mcpReq }: ServerContext): Progress {
  const progressToken = mcpReq._meta?.progressToken;
  return async (progress, total, message) => {
    if (progressToken === undefined) return;
    const params = { progressToken, progress, total, message };
    await mcpReq.notify({ method: "notifications/progress", params });
  };
}
