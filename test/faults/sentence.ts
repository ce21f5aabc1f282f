/** What became of the calls of one play, as counted. */
export interface Facts {
  /** Each time a message was put off, the polling of a task that runs aside. */
  puttingsOff: { code: string; sec: number; isFailure: boolean }[];
  /** Of each call: how it ended; null when it has not. */
  ends: (string | null)[];
  /** Paid tasks of recognition, and paid answers of a model. */
  transcriptions: number;
  answers: number;
  /** How often each was done or may have been done, as the markers in the bucket say. */
  attempts: number[];
  /** What arrived in Telegram: digests (a part of one counts as one), and alerts about a vendor. */
  digests: number;
  /** That ask for a recording. */
  requests: number;
  alerts: { paused: number; recovered: number };
  /** Whether a digest was due. */
  isDigestDue: boolean;
  /** Most deliveries of one message. */
  deliveries: number;
  /** Messages among the dead letters. */
  dead: number;
}

/** The facts as an operator reads them. Two plays that differ in a fact differ in their sentence. */
export function sentenceOf(facts: Facts): string {
  return [
    ...waits(facts),
    ...(isUsual(facts) && facts.isDigestDue ? [] : [ends(facts), paid(facts)]),
    ...attempts(facts),
    ...digests(facts),
    ...requests(facts),
    ...alerts(facts),
    ...(facts.deliveries > 1 ? [`delivered ${facts.deliveries} times`] : []),
    ...(facts.dead > 0 ? [times(facts.dead, "dead letter")] : []),
  ].join("; ");
}

/** More of them are told by their number. */
const MOST_GROUPS = 3;

function waits({ puttingsOff }: Facts): string[] {
  const groups: { code: string; isFailure: boolean; secs: number[] }[] = [];
  for (const { code, sec, isFailure } of puttingsOff) {
    const last = groups.at(-1);
    if (last?.code === code && last.isFailure === isFailure) last.secs.push(sec);
    else groups.push({ code, isFailure, secs: [sec] });
  }
  if (groups.length > MOST_GROUPS) {
    const codes = [
      ...new Set(groups.map(({ code, isFailure }) => `\`${code}\`${isFailure ? " (failed)" : ""}`)),
    ];
    return [`${codes.join(", ")}: tried again ${pauses(puttingsOff.map(({ sec }) => sec))}`];
  }
  return groups.map(
    ({ code, isFailure, secs }) =>
      `\`${code}\`: ${isFailure ? "failed, delivered" : "tried"} again ${pauses(secs)}`,
  );
}

function pauses(secs: readonly number[]): string {
  const named = secs.map(duration);
  const last = named.at(-1) ?? "";
  if (named.length === 1) return `after ${last}`;
  if (named.length <= 4) return `after ${named.slice(0, -1).join(", ")} and ${last}`;
  return `${named.length} times, after ${duration(Math.min(...secs))} to ${duration(Math.max(...secs))}`;
}

export function duration(sec: number): string {
  const rounded = Math.round(sec);
  if (rounded >= 3600 && rounded % 3600 === 0) return `${rounded / 3600} h`;
  return rounded >= 120 && rounded % 60 === 0 ? `${rounded / 60} min` : `${rounded} s`;
}

function isUsual({ ends: all, transcriptions, answers }: Facts): boolean {
  const isPaidOnce = transcriptions === all.length && answers === all.length;
  return isPaidOnce && all.every((end) => end === "scored");
}

function ends({ ends: all }: Facts): string {
  const distinct = [...new Set(all)];
  const named = distinct.map((end) => end ?? "not ended").join(", then ");
  return all.length === 2 && distinct.length === 1 ? `both ${named}` : named;
}

function paid({ transcriptions, answers, ends: all }: Facts): string {
  const once = all.length;
  if (transcriptions === once && answers === once) return "paid once";
  if (transcriptions === 0 && answers === 0) return "nothing paid";
  return `paid: ${times(transcriptions, "transcription")}, ${times(answers, "answer")}`;
}

function attempts({ attempts: all }: Facts): string[] {
  const most = Math.max(...all);
  return most > 1 ? [`its marker counts ${most} attempts`] : [];
}

function digests({ digests: count, isDigestDue }: Facts): string[] {
  if (!isDigestDue) return count > 0 ? [times(count, "digest")] : [];
  return [`the digest comes ${often(count)}`];
}

function requests({ requests: count }: Facts): string[] {
  return count === 0 ? [] : [`its recording is asked for ${often(count)}`];
}

function alerts({ alerts: { paused, recovered } }: Facts): string[] {
  if (paused === 0 && recovered === 0) return [];
  return [`the supervisor is told ${often(paused)}, and ${often(recovered)} that it is over`];
}

export function often(count: number): string {
  return ["not yet", "once", "twice"][count] ?? `${count} times`;
}

export function times(count: number, what: string): string {
  return `${count === 0 ? "no" : count} ${what}${count === 1 ? "" : "s"}`;
}
