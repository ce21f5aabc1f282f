import { pipeline, stageNames } from "../../events/pipeline.ts";
import { median, percentile } from "../statistics.ts";
import { aligned, figure } from "../table.ts";
import { hour, megabytes, sparkline, stretch } from "./charts.ts";
import { type DayRecord, type DaySample, messagesIn } from "./day-run.ts";
import { growthVerdicts, MOST_GROWTH, type Tenth, tenthsOf } from "./tenths.ts";

const CHART_WIDTH = 60;

/** Everything that was seen of the day, as text for people. */
export function describeDay(record: DayRecord): string {
  const parts = [throughput, charts, ages, tenths, disk, messages];
  return parts.map((describe) => describe(record)).join("\n\n");
}

function throughput({ day, posted, checked, samples, vendors, digest }: DayRecord): string {
  const first = samples.find(({ accepted }) => accepted > 0);
  const last = samples.at(-1);
  const tookSec = first && last ? (last.atMs - first.atMs) / 1000 : Number.NaN;
  const clockSec = first && last ? (last.clockMs - first.clockMs) / 1000 : Number.NaN;
  const calls = day.calls.length;
  const answer = (percent: number) => figure(percentile(posted.answerMs, percent));
  const outcomes = [...checked.outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(", ");
  const asked = [...vendors.portal.asked].map(([method, count]) => `${figure(count / calls)} ${method}`);
  const requests = [...vendors.portal.asked.values()].reduce((sum, count) => sum + count, 0);
  const rows = [
    [
      "notices",
      `${posted.answerMs.length - posted.refused} of ${calls} taken, answered in ms p50 ${answer(50)}, p99 ${answer(99)}, max ${answer(100)}`,
    ],
    ["ended", outcomes],
    [
      "rate",
      `${figure(calls / tookSec)} calls a second of real time, ${figure((60 * calls) / clockSec)} a minute of the clock; ${stretch(tookSec)} in all`,
    ],
    [
      "service",
      `${figure((last?.cpuMs ?? 0) / calls)} ms CPU per call, on average ${figure((last?.cpuMs ?? 0) / tookSec / 10)} % of a core; its one thread busy ${percent(median(samples.map(({ busyShare }) => busyShare)))} of the time`,
    ],
    [
      "portal",
      `${figure(requests / clockSec)} requests a second of the clock; per call ${asked.join(", ")}; ${vendors.portal.refused()} refused for its limit`,
    ],
    [
      "recogniser",
      `${vendors.recogniser.started.size} recordings; ${vendors.recogniser.refused()} starts refused for its limit`,
    ],
    [
      "digest",
      `${digest.messages} messages and ${digest.files} files, sent ${figure(digest.sentMs / 1000)} s after it was due, at real speed; peak RSS ${megabytes(digest.peakRssBytes)} MB; at most ${pipeline.report.timeoutSec} s: ${digest.sentMs <= pipeline.report.timeoutSec * 1000 ? "met" : "MISSED"}`,
    ],
    ["restart", `takes calls ${figure(digest.startMs / 1000)} s after its start on the full folder`],
  ];
  const title = `${calls} calls, ${hour(day.beginsAtMs)}–${hour(day.beginsAtMs + day.lengthSec * 1000)} on a clock ${figure(clockSec / tookSec)} times as fast on average, ${day.agents.length} agents`;
  return [title, "", ...rows.map(([name = "", text = ""]) => `${name.padEnd(10)}  ${text}`)].join("\n");
}

/** Bars over the clock, from the first notice to the last row. */
function charts({ samples, day }: DayRecord): string {
  const from = day.beginsAtMs;
  const to = samples.at(-1)?.clockMs ?? from;
  const sliceMs = (to - from) / CHART_WIDTH;
  const at = (slice: number) =>
    samples.find(({ clockMs }) => clockMs >= from + slice * sliceMs) ?? samples.at(-1)!;
  const values = (of: (sample: DaySample) => number) =>
    Array.from({ length: CHART_WIDTH }, (_value, slice) => of(at(slice)));
  /** What was added in each slice, per minute of the clock. */
  const rate = (of: (sample: DaySample) => number) => {
    const sums = Array.from({ length: CHART_WIDTH + 1 }, (_value, slice) =>
      between(samples, from + slice * sliceMs, of),
    );
    return sums.slice(1).map((sum, slice) => ((sum - (sums[slice] ?? 0)) * 60_000) / sliceMs);
  };
  const lines: [string, number[]][] = [
    ["notices a minute", rate(({ accepted }) => accepted)],
    ["calls ended a minute", rate(({ ended }) => ended)],
    ...stageNames.map((name): [string, number[]] => [
      `waiting at ${name}`,
      values(({ queues }) => queues[name].visible),
    ]),
    ["to come back later", values((sample) => messagesIn(sample, "delayed"))],
    ["RSS, MB", values(({ rssBytes }) => rssBytes / 1e6)],
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  const axis = `${hour(from)}${hour(to).padStart(CHART_WIDTH - hour(from).length)}`;
  return [
    `${" ".repeat(width)}  ${axis}  most`,
    ...lines.map(([name, list]) => `${name.padEnd(width)}  ${sparkline(list)}  ${figure(Math.max(...list))}`),
  ].join("\n");
}

/** What a sum was at a moment between two samples. */
function between(samples: readonly DaySample[], clockMs: number, of: (sample: DaySample) => number): number {
  const next = samples.find((sample) => sample.clockMs >= clockMs);
  const last = samples.findLast((sample) => sample.clockMs < clockMs);
  if (!next || !last) return of((next ?? last)!);
  const share = (clockMs - last.clockMs) / (next.clockMs - last.clockMs);
  return of(last) + share * (of(next) - of(last));
}

function ages({ posted, ledger, waits }: DayRecord): string {
  const ages = [...ledger.scoredAtMs].map(
    ([callId, atMs]) => (atMs - (posted.postedAtMs.get(callId) ?? atMs)) / 1000,
  );
  const row = (name: string, list: readonly number[]) => [
    name,
    ...[50, 90, 99, 100].map((percent) => stretch(percentile(list, percent))),
  ];
  return aligned([
    ["in the clock's time", "p50", "p90", "p99", "max"],
    row("from the notice to the scorecard", ages),
    ...stageNames.map((name) => row(`waited at ${name} beyond its delay`, waits[name] ?? [])),
  ]);
}

/** Memory over time, and whether the service grows slower as its folders fill. */
function tenths(record: DayRecord): string {
  const list = tenthsOf(record);
  const row = (tenth: Tenth, index: number) => [
    `${index + 1}, until ${hour(tenth.untilClockMs)}`,
    figure(tenth.callsPerSec),
    figure(tenth.cpuMsPerCall),
    percent(tenth.busyShare),
    figure(tenth.reportMs),
    ...[tenth.rss.least, tenth.rss.median, tenth.rss.most, tenth.heapMedian].map(megabytes),
  ];
  const headings = [
    "tenth of the calls",
    "calls/s",
    "CPU ms/call",
    "busy",
    "row ms p50",
    "RSS MB min",
    "median",
    "max",
    "heap MB",
  ];
  const verdicts = growthVerdicts(list).map(
    ({ what, earlier, later, met }) =>
      `${what}: ${figure(earlier)} to ${figure(later)}, at most ${MOST_GROWTH * 100} % more: ${met ? "met" : "MISSED"}`,
  );
  return [aligned([headings, ...list.map(row)]), ...(verdicts.length > 0 ? ["", ...verdicts] : [])].join(
    "\n",
  );
}

function disk({ disk: { bucket, queueFileBytes }, samples, day }: DayRecord): string {
  const calls = day.calls.length;
  const shares = [...bucket].sort(([, one], [, other]) => other.bytes - one.bytes);
  const own = shares.filter(([kind]) => kind !== "recording").map(([, share]) => share);
  const sum = (of: "files" | "bytes" | "allocatedBytes") =>
    own.reduce((total, share) => total + share[of], 0);
  const row = (name: string, share: { files: number; bytes: number; allocatedBytes: number }) => [
    name,
    figure(share.files / calls),
    figure(share.bytes / calls / 1000),
    figure(share.allocatedBytes / calls / 1000),
  ];
  const peak = Math.max(queueFileBytes, ...samples.map((sample) => sample.queueFileBytes));
  return [
    aligned([
      ["in the bucket, per call", "files", "KB", "KB on the disk"],
      ...shares.map(([kind, share]) => row(kind, share)),
      row("all but the recording", {
        files: sum("files"),
        bytes: sum("bytes"),
        allocatedBytes: sum("allocatedBytes"),
      }),
    ]),
    "",
    `queues.sqlite: ${megabytes(peak)} MB at its peak with its journal, ${megabytes(queueFileBytes)} MB at the end`,
  ].join("\n");
}

function messages({ ledger, day }: DayRecord): string {
  const handled = [...ledger.handled].sort(([, one], [, other]) => other - one);
  return aligned([
    ["messages handled, by stage and outcome", "all", "per call"],
    ...handled.map(([what, count]) => [what, String(count), figure(count / day.calls.length)]),
  ]);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
