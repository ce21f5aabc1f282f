import * as z from "zod";
import { publishedKey } from "../../core/bucket-layout.ts";
import type { Store } from "../../core/ports/store.ts";
import { readJson } from "../../core/store-json.ts";
import type { StageName } from "../../events/pipeline.ts";
import type { ScenarioCall } from "../../local/sandbox/scenario.ts";
import { wordOf } from "./calls.ts";
import type { Ledger } from "./ledger.ts";
import type { Kill } from "./storm.ts";

/** What the vendors counted, beside what the bucket knows of it. */
export interface Payments {
  transcription: Payment;
  scoring: Payment;
}

export interface Payment {
  /** Different things that were paid for: the start of a recognition, an answer to one question. */
  needed: number;
  /** How often they were paid for, repeats included. */
  paid: number;
  /** Calls for which nothing was paid twice. */
  once: number;
  /** Calls that it was never done for. */
  never: string[];
  /** What was paid for again, and the marker of the effect tells of a run before that ended without a word: killed, or too slow. */
  explained: Repeat[];
  unexplained: (Repeat & { why: string })[];
  /** Answers that were under way when the kill came. */
  unheard: number;
}

export interface Repeat {
  callId: string;
  times: number;
  attempts: number;
}

const Marker = z.object({ attempts: z.number().int().default(1) });
/** A run that is slower may be taken for dead. On the fast clock that can be a second of a busy machine. */
const SHORTEST_LEASE_SEC = 120;
const TENANT = "default";

interface Scored {
  call: ScenarioCall;
  callId: string;
}

interface Evidence {
  ledger: Ledger;
  /** Of the recordings, by the slug of the call. */
  hashes: ReadonlyMap<string, string>;
  kills: readonly Pick<Kill, "fromMs" | "toMs">[];
  /** By stage and call: how long the longest run took, in seconds of the clock. */
  slowestSec: ReadonlyMap<string, number>;
  store: Store;
}

/** `calls`: those that are to be scored. */
export async function countPayments(calls: readonly Scored[], evidence: Evidence): Promise<Payments> {
  const { ledger, hashes } = evidence;
  const starts = ({ call }: Scored) => [ledger.starts.get(hashes.get(call.slug) ?? "") ?? []];
  const answers = ({ call }: Scored) => [...(ledger.answers.get(wordOf(call) ?? "")?.values() ?? [])];
  const unheard = ledger.unheard();
  return {
    transcription: {
      ...(await count(calls, starts, { stage: "transcribe", marker: "transcription" }, evidence)),
      unheard: unheard.starts,
    },
    scoring: {
      ...(await count(calls, answers, { stage: "score", marker: "scoring" }, evidence)),
      unheard: unheard.answers,
    },
  };
}

/** `momentsOf`: when each thing that a call needs was paid for. */
async function count(
  calls: readonly Scored[],
  momentsOf: (scored: Scored) => number[][],
  { stage, marker }: { stage: StageName; marker: string },
  evidence: Evidence,
): Promise<Omit<Payment, "unheard">> {
  const payment: Omit<Payment, "unheard"> = {
    needed: 0,
    paid: 0,
    once: 0,
    never: [],
    explained: [],
    unexplained: [],
  };
  for (const scored of calls) {
    const { callId } = scored;
    const isSlow = (evidence.slowestSec.get(`${stage} ${callId}`) ?? 0) > SHORTEST_LEASE_SEC;
    const done = momentsOf(scored).filter((moments) => moments.length > 0);
    payment.needed += done.length;
    payment.paid += done.flat().length;
    const times = done.flat().length - done.length;
    if (done.length === 0) payment.never.push(callId);
    else if (times === 0) payment.once += 1;
    else {
      const attempts =
        (await readJson(evidence.store, publishedKey(TENANT, callId, marker), Marker))?.value.attempts ?? 1;
      const why = whyUnexplained(done, attempts, isSlow, evidence.kills);
      if (why === undefined) payment.explained.push({ callId, times, attempts });
      else payment.unexplained.push({ callId, times, attempts, why });
    }
  }
  return payment;
}

/**
 * Both sides must agree: a kill came between one payment and the next, or a run was slower than its lease, and the marker has
 * counted the runs that ended without a word.
 */
function whyUnexplained(
  done: readonly (readonly number[])[],
  attempts: number,
  isSlow: boolean,
  kills: Evidence["kills"],
): string | undefined {
  const again = done.flatMap((moments) =>
    moments.slice(1).map((atMs, index) => ({ fromMs: moments[index] ?? 0, atMs })),
  );
  const isAfterKill = (payment: { fromMs: number; atMs: number }) =>
    // What the killed one had sent may be read a moment after the kill.
    kills.some((kill) => payment.fromMs <= kill.toMs && kill.fromMs <= payment.atMs);
  if (!isSlow && !again.every(isAfterKill)) return "nothing was killed in between";
  return again.length <= attempts - 1 ? undefined : `its marker knows of ${attempts} attempts only`;
}
