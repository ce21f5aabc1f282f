import { stageNames } from "../../events/pipeline.ts";
import { aligned } from "../table.ts";
import type { Payment } from "./payments.ts";
import type { CrashReport } from "./run.ts";

/** The report as it is printed. */
export function printedReport(report: CrashReport): string {
  const { calls, storm, seed, speed, tookSec } = report;
  const atStart = storm.kills.filter(({ hit }) => hit === "start").length;
  return [
    `${calls.scored} calls to be scored, and ${calls.onTop} that were missed or too short`,
    `${storm.kills.length} kills, ${atStart} of them before the service had started`,
    `seed ${seed}, clock ${speed} times as fast, took ${tookSec.toFixed(0)} s`,
    "",
    noticesTable(report),
    "",
    handsTable(report),
    "",
    paymentsTable(report),
    ...repeatLines(report),
    "",
    handledTable(report),
    "",
    ...healedLines(report),
    "",
    ...verdictLines(report),
  ].join("\n");
}

function noticesTable({ storm: { notices } }: CrashReport): string {
  return aligned([
    ["notice of the portal", "calls"],
    ["posted", String(notices.once)],
    ["posted twice", String(notices.twice)],
    ["never posted", String(notices.dropped)],
    ["met a service that was dead or dying", String(notices["met-dead-service"])],
  ]);
}

function handsTable({ storm: { kills } }: CrashReport): string {
  const hits = stageNames.map((stage) => {
    const inHand = kills.map((kill) => kill.inHand[stage]).filter((messages) => messages > 0);
    return [
      stage,
      inHand.length,
      inHand.reduce((sum, messages) => sum + messages, 0),
      Math.max(0, ...inHand),
    ];
  });
  const nothing = kills.filter(({ inHand }) => Object.values(inHand).every((messages) => messages === 0));
  const lines = [...hits, ["nothing", nothing.length, "", ""]].map((line) => line.map(String));
  return aligned([["in hand at the kill", "kills", "messages", "most at once"], ...lines]);
}

function paymentsTable({ payments: { transcription, scoring } }: CrashReport): string {
  const line = (what: string, payment: Payment) => [
    what,
    payment.needed,
    payment.paid,
    payment.once,
    payment.explained.length,
    payment.unexplained.length,
  ];
  const lines = [line("starts of a recognition", transcription), line("answers of the model", scoring)].map(
    (cells) => cells.map(String),
  );
  return aligned([
    ["paid for", "needed", "paid", "calls: exactly once", "repeat explained", "unexplained"],
    ...lines,
  ]);
}

function repeatLines({ payments: { transcription, scoring } }: CrashReport): string[] {
  return [["starts", transcription] as const, ["answers", scoring] as const].flatMap(
    ([what, { needed, paid, unheard }]) =>
      paid === needed
        ? []
        : [
            `${paid - needed} ${what} were paid for again: a kill came after the vendor had done the work and before its receipt was on`,
            `  the disk; ${Math.min(unheard, paid - needed)} of them while the answer was under way`,
          ],
  );
}

function handledTable({ handled }: CrashReport): string {
  const lines = [...handled].sort(([one], [other]) => (one < other ? -1 : 1));
  return aligned([["messages handled", "times"], ...lines.map(([what, times]) => [what, String(times)])]);
}

function healedLines({ deadLetters, givenBack, sweeps }: CrashReport): string[] {
  return [
    `given back to the queues by services that started: ${givenBack} messages`,
    `${sweeps.done} sweeps: ${sweeps.found} calls found whose notice was lost, ${sweeps.again} announced again that stood still, ${sweeps.stuck} given up`,
    `dead letters: ${deadLetters.length}`,
    ...deadLetters.map(({ stage, subject, type }) => `  ${stage}: ${type} of ${subject}`),
  ];
}

function verdictLines({ problems }: CrashReport): string[] {
  if (problems.length > 0) return ["Not as it must be:", ...problems.map((problem) => `  ${problem}`)];
  return [
    "Every call has ended once and is counted once by the digest; nothing was paid for twice without a kill that explains it.",
  ];
}
