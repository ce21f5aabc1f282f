import type { FunctionName } from "../../stacks/functions.ts";
import type { S3Request } from "../../test/adapters/store/s3-server.ts";

/** Who did it: a function, or the report stage when it makes a digest, which is a matter of the day and not of a call. */
export type Worker = FunctionName | "digest";

/** What all runs of a worker have used. */
export interface Tally {
  runs: number;
  coldRuns: number;
  /** On a core of this machine. */
  cpuMs: number;
  /** What the vendors would have taken to answer. */
  vendorMs: number;
  /** The largest process; a bundle is smaller than the sources that are loaded here. */
  peakRssBytes: number;
  /** Requests by operation, as they are billed. */
  s3: Map<string, number>;
  sqs: Map<string, number>;
  /** S3's by operation and kind of object, to see where they come from. */
  objects: Map<string, number>;
}

export function emptyTally(): Tally {
  return {
    runs: 0,
    coldRuns: 0,
    cpuMs: 0,
    vendorMs: 0,
    peakRssBytes: 0,
    s3: new Map(),
    sqs: new Map(),
    objects: new Map(),
  };
}

export function add(counts: Map<string, number>, name: string, count = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}

export function sumOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

/** An unknown host is tried for its conditional writes; AWS's own is not (adapters/store/s3.ts). */
const PROBE = "/.probe-";

export function addS3(tally: Tally, requests: readonly S3Request[]): void {
  for (const { method, key, query } of requests) {
    if (key.includes(PROBE)) continue;
    const isList = method === "GET" && key === "";
    const operation = isList ? "LIST" : method;
    add(tally.s3, operation);
    add(tally.objects, `${operation} ${kindOf(isList ? `${query.get("prefix")}` : key)}`);
  }
}

/** The kind of an object, from its key (docs/data.md). */
export function kindOf(key: string): string {
  const [top = "", , day = "", , ...rest] = key.split("/");
  if (top === "calls") return rest[0] === undefined ? "calls of a day" : fileOf(rest);
  if (top === "index") return /^\d{4}-/.test(day) ? "row of the index" : `index/${day.replace(/=.*/, "")}`;
  return top;
}

function fileOf([first = "", second = ""]: readonly string[]): string {
  if (first === "scorecard" || first === "appeals") return first;
  if (first === "published") return `marker of ${second.replace(/(-.*)?\.json$/, "")}`;
  return first.startsWith("recording.") ? "recording" : first;
}
