import { expect, it } from "vitest";
import { botAppealKey, indexRowKey } from "../../../core/bucket-layout.ts";
import { readChoice } from "../../../core/chat-choices.ts";
import { appeal, appealRef, resolveAppeal } from "../../../core/review.ts";
import { writeJson } from "../../../core/store-json.ts";
import { appealDecided } from "../../../events/appeal-decided.ts";
import { appealMade } from "../../../events/appeal-made.ts";
import { scoreChanged } from "../../../events/score-changed.ts";
import { report } from "../../../functions/report/stage.ts";
import { agent, CALL_ID, reviewWorld, supervisor } from "../../core/review-world.ts";
import { readBlocks } from "../../fakes/notify.ts";
import { run } from "../world.ts";

const about = { tenant: "default", callId: CALL_ID, criterionId: "rude" };

/** A call that is in the reports, and an appeal against a verdict on it. */
async function appealed() {
  const world = await reviewWorld();
  const scored = { ...about, checklistId: "first-sale", checklistVersion: 1, decision: "0" };
  await run(report, scoreChanged({ ...scored, at: world.clock.now() }), world);
  await appeal(world, { ...about, by: agent, reason: "Клиент <шутил>." });
  const [made] = world.appeals;
  if (!made) throw new Error("nobody was to be asked");
  return { world, made };
}

it("asks the supervisor once about an appeal, whichever way it was made [appeal:told-once]", async () => {
  const { world, made } = await appealed();
  await run(report, appealMade(made), world);
  await run(report, appealMade(made), world);
  expect(world.telegram.sent.map(({ blocks }) => readBlocks(blocks))).toEqual([
    [
      "⚖️ Возражение: Анна",
      "0 — Анна Салтыкова-Щедрина, 20 ноября, 12:55",
      "Первая продажа",
      "",
      "Грубил клиенту",
      "Программа: нарушение",
      "Грубость.",
      "Менеджер, 0:12: «Какой у вас размер»",
      "",
      "Причина: Клиент <шутил>.",
    ].join("\n"),
  ]);
  const buttons = (world.telegram.sent[0]?.buttons ?? []).flat();
  expect(buttons.map(({ text }) => text)).toEqual(["Нарушения нет", "Не применимо", "Отклонить"]);
});

it("gives the supervisor buttons that know who waits for the decision", async () => {
  const { world, made } = await appealed();
  await writeJson(world.store, botAppealKey("default", appealRef(made)), { chat: "777" });
  await run(report, appealMade(made), world);
  const [[button] = []] = world.telegram.sent[0]?.buttons ?? [];
  const [, key = ""] = (button && "data" in button ? button.data : "").split(":");
  expect(await readChoice(key, 0, { store: world.store, tenant: "default" })).toMatchObject({
    appeal: {
      step: "confirm",
      callId: CALL_ID,
      criterionId: "rude",
      appealedAt: made.appealedAt,
      tell: "777",
    },
  });
});

it("asks nothing any more when it was decided meanwhile, or the call is gone", async () => {
  const { world, made } = await appealed();
  await resolveAppeal(world, { ...about, by: supervisor, accept: null, comment: null });
  expect(await run(report, appealMade(made), world)).toMatchObject([{ code: "appeal.decided" }]);
  await world.store.delete(indexRowKey("default", CALL_ID));
  expect(await run(report, appealMade(made), world)).toMatchObject([{ code: "appeal.gone" }]);
  expect(world.telegram.sent).toEqual([]);
});

it("waits with the question while the messenger is down", async () => {
  const { world, made } = await appealed();
  const down = { ...world, notifier: () => Promise.reject(new Error("down")) };
  await expect(run(report, appealMade(made), down)).rejects.toThrow("down");
  await run(report, appealMade(made), world);
  expect(world.telegram.sent).toHaveLength(1);
});

it("tells whoever waits for it in the messenger, once, what a command or an assistant has decided", async () => {
  const { world, made } = await appealed();
  await writeJson(world.store, botAppealKey("default", appealRef(made)), { chat: "777" });
  const accept = { verdict: "met", level: null } as const;
  await resolveAppeal(world, { ...about, by: supervisor, accept, comment: null });
  const [decided] = world.decisions;
  if (!decided) throw new Error("nobody was to be told");
  await run(report, appealDecided(decided), world);
  await run(report, appealDecided(decided), world);
  expect(world.telegram.sent.map(({ chat, blocks }) => [chat, readBlocks(blocks)])).toEqual([
    [
      "777",
      [
        "50 — Анна Салтыкова-Щедрина, 20 ноября, 12:55",
        "Первая продажа",
        "Грубил клиенту",
        "",
        "Возражение принято: нарушения нет.",
        "Балл: 0 → 50",
      ].join("\n"),
    ],
  ]);
});

it("tells nobody of a decision for which nobody waits", async () => {
  const { world } = await appealed();
  await resolveAppeal(world, { ...about, by: supervisor, accept: null, comment: null });
  for (const decided of world.decisions)
    expect(await run(report, appealDecided(decided), world)).toMatchObject([{ code: "appeal.nobody_waits" }]);
  expect(world.telegram.sent).toEqual([]);
});
