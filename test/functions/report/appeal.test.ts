import { expect, it } from "vitest";
import { readChecklist } from "../../../core/checklist.ts";
import { appeal, resolveAppeal } from "../../../core/review.ts";
import { readScorecardOfCall } from "../../../core/scorecard-in-force.ts";
import { scoreChanged } from "../../../events/score-changed.ts";
import { scorecardPage } from "../../../functions/report/scorecard-page.ts";
import { report } from "../../../functions/report/stage.ts";
import { agent, CALL_ID, checklist, reviewWorld, supervisor } from "../../core/review-world.ts";
import { transcriptOf, turns } from "../score/score-world.ts";
import { lastSent, readObject, run } from "../world.ts";
import { DAY, digestDue } from "./report-world.ts";

const about = { tenant: "default", callId: CALL_ID, criterionId: "rude" };

/** The call is in the reports with 0, then the supervisor accepts the agent's appeal. */
async function decided() {
  const world = await reviewWorld();
  const scored = { ...about, checklistId: "first-sale", checklistVersion: 1, decision: "0" };
  await run(report, scoreChanged({ ...scored, at: world.clock.now() }), world);
  const before = await row(world);
  await appeal(world, { ...about, by: agent, reason: "Клиент <шутил>." });
  const accept = { verdict: "met", level: null } as const;
  await resolveAppeal(world, { ...about, by: supervisor, accept, comment: null });
  for (const changed of world.changes) await run(report, scoreChanged(changed), world);
  return { world, before };
}

const row = (world: Awaited<ReturnType<typeof reviewWorld>>) =>
  readObject(world.store, `index/default/${DAY}/${CALL_ID}.json`);

it("shows the new score in the call's row, and that a person has changed it", async () => {
  const { world, before } = await decided();
  expect(before).toMatchObject({ percent: 0, autoFailed: true, overridden: 0, band: "red" });
  expect(await row(world)).toMatchObject({
    percent: 50,
    autoFailed: false,
    autoFailedBy: null,
    overridden: 1,
    worst: { criterion: "Выяснил задачу" },
    best: { criterion: "Поздоровался" },
  });
});

it("counts the new score in the digest", async () => {
  const { world } = await decided();
  await run(report, digestDue(), world);
  const text = world.telegram.sent.at(-1)?.blocks.join("\n") ?? "";
  expect(text).toContain("Оценку пересмотрел руководитель: 1 звонок");
  expect(text).toContain("пересмотрено руководителем");
  expect(await readObject(world.store, `reports/default/${DAY}/digest.json`)).toMatchObject({
    totals: { overridden: 1, autoFailed: 0, average: { percent: 50 } },
  });
});

it("alerts nobody of a call that the supervisor has decided on himself", async () => {
  const { world } = await decided();
  const handled = await run(report, lastSent(world, "report").event, world);
  expect(handled).toMatchObject([{ eventType: "alert.due", code: "alert.not_needed" }]);
  expect(world.telegram.sent).toEqual([]);
});

it("shows on the scorecard's page who did not agree, what was decided and what the program had said", async () => {
  const { world } = await decided();
  const found = await readScorecardOfCall(world.store, "default", CALL_ID);
  const html = scorecardPage({
    scorecard: found!.inForce,
    checklist: readChecklist(checklist),
    transcript: transcriptOf(turns),
    audio: null,
    heading: "Анна",
    review: { asJudged: found!.asJudged, appeals: found!.appeals, moment: (at) => at.slice(0, 10) },
  });
  expect(html).toContain("До пересмотра человеком — 0");
  expect(html).toContain("Апелляция (Менеджер Анна, 2026-11-20): Клиент &lt;шутил&gt;.");
  expect(html).toContain("Апелляция принята.");
  expect(html).toContain("Вердикт изменён: Руководитель Мария, 2026-11-20. Программа считала: нарушение.");
});
