import * as z from "zod";

export const Speaker = z.enum(["agent", "client", "unknown"]);
export type Speaker = z.infer<typeof Speaker>;

export const Word = z.object({ text: z.string(), startSec: z.number(), endSec: z.number() });
export type Word = z.infer<typeof Word>;

export const Turn = z.object({
  /** Its place in the list, from 0. */
  n: z.number().int().nonnegative(),
  speaker: Speaker,
  channel: z.number().int().nonnegative().default(0),
  /** The recogniser's number for the voice, where it told voices of one channel apart. */
  voice: z.number().int().optional(),
  startSec: z.number(),
  endSec: z.number(),
  text: z.string(),
  words: z.array(Word).default([]),
});
export type Turn = z.infer<typeof Turn>;

/** `transcript.json`. Seconds are counted from the start of the audio file. */
export const Transcript = z.object({
  callId: z.string(),
  language: z.string(),
  durationSec: z.number().nonnegative(),
  channels: z.number().int().positive(),
  source: z.object({ name: z.string(), model: z.string().nullable() }),
  /** How it was decided who is the agent; confidence from 0 to 1. */
  roles: z.object({
    by: z.enum(["channel", "rules", "model", "operator", "unknown"]),
    confidence: z.number().min(0).max(1),
  }),
  turns: z.array(Turn),
});
export type Transcript = z.infer<typeof Transcript>;
