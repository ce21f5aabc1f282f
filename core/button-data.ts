import * as z from "zod";
import { callRef, isCallRef } from "./call-ref.ts";
import { fitsButton } from "./ports/notify.ts";

/** What the buttons under a message say to the bot: one letter and what it is about, at most 64 bytes. */

export const callButtonData = (callId: string) => `c:${callRef(callId)}`;
/** Under the message that asks for a call's recording; whoever answers that message means this call (`findRequestedCall`). */
export const requestButtonData = (callId: string) => `r:${callRef(callId)}`;
/** The reference of the call whose recording was asked for; undefined of any other button. */
export function readRequestButton(data: string): string | undefined {
  const ref = data.slice(2);
  return data.startsWith("r:") && isCallRef(ref) ? ref : undefined;
}
export const dayButtonData = (day: string) => `d:${day}`;
/** Undefined of an id that is too long for a button: there is none then. */
export function agentButtonData(agentId: string): string | undefined {
  const data = `a:${agentId}`;
  return agentId !== "" && fitsButton(data) ? data : undefined;
}

export type ButtonMeaning =
  | { about: "call"; ref: string }
  | { about: "agent"; agentId: string }
  | { about: "day"; day: string };

/** What one of these buttons means; undefined of any other. The data comes from outside: whoever asks for a call must still be allowed to see it. */
export function readButtonData(data: string): ButtonMeaning | undefined {
  const [letter, rest] = [data.slice(0, 2), data.slice(2)];
  if (rest === "" || !fitsButton(data)) return undefined;
  if (letter === "c:" && isCallRef(rest)) return { about: "call", ref: rest };
  if (letter === "a:") return { about: "agent", agentId: rest };
  if (letter === "d:" && z.iso.date().safeParse(rest).success) return { about: "day", day: rest };
  return undefined;
}
