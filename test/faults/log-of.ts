import * as z from "zod";

/** A line of the log about one message. */
const LogLine = z.object({
  stage: z.string(),
  outcome: z.enum(["done", "later", "skipped", "failed", "not-before", "error"]),
  /** Of an own error. */
  code: z.string().optional(),
  /** The name of any other. */
  error: z.string().optional(),
  call_id: z.string().nullish(),
  event_type: z.string().nullish(),
  receive_count: z.number(),
});
export type LogLine = z.infer<typeof LogLine>;

/** Runs the work and answers what was logged about messages meanwhile, instead of printing it. */
export async function logOf<Result>(
  work: () => Promise<Result>,
): Promise<{ lines: LogLine[]; result: Result }> {
  const lines: LogLine[] = [];
  const outputs = [process.stdout, process.stderr];
  const writers = outputs.map((output) => output.write);
  const keep = (chunk: string | Uint8Array): boolean => {
    for (const text of String(chunk).trimEnd().split("\n")) {
      const line = text.startsWith("{") ? LogLine.safeParse(JSON.parse(text)).data : undefined;
      if (line) lines.push(line);
    }
    return true;
  };
  for (const output of outputs) output.write = keep as typeof output.write;
  try {
    return { result: await work(), lines };
  } finally {
    for (const [index, output] of outputs.entries()) output.write = writers[index] as typeof output.write;
  }
}
