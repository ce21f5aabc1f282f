import { stageNames } from "../../events/pipeline.ts";
import { hour, megabytes } from "./charts.ts";
import type { DaySample } from "./day-run.ts";

const PRINT_EVERY_MS = 10_000;

/** Shows how far the day is: one line that is written over on a terminal, now and then a new one elsewhere. */
export function showProgress(output: NodeJS.WriteStream) {
  let printedAtMs = 0;
  return {
    show({ clockMs, ended, queues, rssBytes, atMs }: DaySample, total: number): void {
      const waiting = stageNames.map((name) => `${name} ${queues[name].visible}`).join(", ");
      const line = `${hour(clockMs)}  ${ended}/${total} ended  waiting: ${waiting}  RSS ${megabytes(rssBytes)} MB`;
      if (output.isTTY) output.write(`\r\u001b[K${line}`);
      else if (atMs - printedAtMs >= PRINT_EVERY_MS) {
        printedAtMs = atMs;
        output.write(`${line}\n`);
      }
    },
    clear(): void {
      if (output.isTTY) output.write("\r\u001b[K");
    },
  };
}
