import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** What the functions write to their logs, by function, and the metrics that CloudWatch would make of it. */
export interface LogCounter {
  listen(name: string, child: ChildProcess): void;
  /** Bytes and lines by function; resolves when all who wrote have ended. */
  count(): Promise<Map<string, { bytes: number; lines: number }>>;
  /** `<metric> <dimension>=<value> …`: each of them is billed as one metric. */
  metrics: Set<string>;
  complaints(): string[];
}

interface EmbeddedMetric {
  level?: string;
  _aws?: { CloudWatchMetrics: { Dimensions: string[][]; Metrics: { Name: string }[] }[] };
  [key: string]: unknown;
}

const MOST_COMPLAINTS = 5;

export function logCounter(): LogCounter {
  const counts = new Map<string, { bytes: number; lines: number }>();
  const metrics = new Set<string>();
  const complaints: string[] = [];
  const ended: Promise<unknown>[] = [];

  function hear(name: string, line: string): void {
    const count = counts.get(name) ?? { bytes: 0, lines: 0 };
    counts.set(name, { bytes: count.bytes + Buffer.byteLength(line), lines: count.lines + 1 });
    const said = line.startsWith("{") ? (JSON.parse(line) as EmbeddedMetric) : undefined;
    if ((!said || said.level === "ERROR") && complaints.length < MOST_COMPLAINTS) complaints.push(line);
    for (const { Dimensions, Metrics } of said?._aws?.CloudWatchMetrics ?? []) {
      for (const metric of Metrics) {
        for (const dimensions of Dimensions)
          metrics.add([metric.Name, ...dimensions.map((key) => `${key}=${said?.[key]}`)].join(" "));
      }
    }
  }

  return {
    metrics,
    complaints: () => complaints,
    listen(name, child) {
      for (const stream of [child.stdout, child.stderr]) {
        if (!stream) continue;
        const lines = createInterface(stream).on("line", (line) => hear(name, line));
        ended.push(once(lines, "close"));
      }
    },
    async count() {
      await Promise.all(ended);
      return counts;
    },
  };
}
