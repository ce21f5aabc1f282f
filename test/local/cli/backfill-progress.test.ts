import { expect, it } from "vitest";
import { setClock } from "../../../core/clock.ts";
import { backfillProgress } from "../../../local/cli/backfill-progress.ts";

const planned = { calls: 12, known: 2, toAnnounce: 10, toScore: 7, minutesToScore: 31 };

function progressOf(days: number, terminal: { isTTY?: boolean; columns?: number } = {}) {
  const clock = setClock("2026-11-20T10:00:00Z");
  const written: string[] = [];
  const stream = { ...terminal, write: (text: string) => written.push(text) };
  return { clock, written, progress: backfillProgress(days, stream, clock) };
}

it("says of each day what it will announce", () => {
  const { progress, written } = progressOf(2);
  progress.day("2026-03-01", planned);
  progress.day("2026-03-02", { ...planned, known: 12, toAnnounce: 0 });
  expect(written).toEqual([
    "2026-03-01: 12 calls, 2 of them known; 10 to announce, of which 7 are to be scored, 31 min of sound\n",
    "2026-03-02: 12 calls, all of them known\n",
  ]);
});

it("draws one line over and over on a terminal, no longer than the terminal is wide", () => {
  const { progress, written, clock } = progressOf(2, { isTTY: true, columns: 100 });
  progress.day("2026-03-01", planned);
  written.length = 0;
  for (let call = 0; call < 5; call += 1) {
    clock.advance(12);
    progress.call("announced");
  }
  expect(written.at(-1)).toBe(
    "\r\u001b[2K█████░░░░░░░░░░░░░░░ 2026-03-01 5/10  12 found, 5 announced, 2 known, 5 a minute, 3 min left".slice(
      0,
      104,
    ),
  );
  expect(written.every((text) => text.startsWith("\r") && text.length <= 99 + "\r\u001b[2K".length)).toBe(
    true,
  );
  progress.waits("25 calls are in line");
  expect(written.slice(-2)).toEqual(["\n", "Waiting: 25 calls are in line\n"]);
});

it("writes a line a minute where there is no terminal", () => {
  const { progress, written, clock } = progressOf(1);
  progress.day("2026-03-01", planned);
  written.length = 0;
  for (let call = 0; call < 10; call += 1) {
    clock.advance(20);
    progress.call("announced");
  }
  expect(written).toHaveLength(3);
  expect(written[0]).toMatch(/^\S+ 2026-03-01 3\/10 .+\n$/);
});

it("says once why it waits, not at every look", () => {
  const { progress, written } = progressOf(1);
  progress.day("2026-03-01", planned);
  written.length = 0;
  for (const count of [40, 30, 25]) progress.waits(`${count} calls are in line`);
  progress.call("announced");
  progress.waits("22 calls are in line");
  expect(written).toEqual(["Waiting: 40 calls are in line\n", "Waiting: 22 calls are in line\n"]);
});

it("counts days that are passed over as done", () => {
  const { progress, written, clock } = progressOf(2, { isTTY: true, columns: 200 });
  progress.passedOver("2026-03-01");
  progress.day("2026-03-02", { ...planned, toAnnounce: 2 });
  clock.advance(1);
  progress.call("known");
  expect(written.at(-1)).toContain("███████████████░░░░░");
  expect(progress.totals).toEqual({
    found: 12,
    announced: 0,
    known: 3,
    toScore: 7,
    minutesToScore: 31,
    daysPassedOver: 1,
  });
});
