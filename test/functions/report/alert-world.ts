import { checklistKey } from "../../../core/bucket-layout.ts";
import { writeJson } from "../../../core/store-json.ts";
import { report } from "../../../functions/report/stage.ts";
import { readBlocks } from "../../fakes/notify.ts";
import { run } from "../world.ts";
import { callIdOn, DAY, putScored, type ReportWorld, reportWorld, verdictJson } from "./report-world.ts";

/** A company whose calls are scored badly. */
export interface AlertWorld extends ReportWorld {
  /** Scores the calls, and hands the stage whatever comes of it that is due; those at the same time that are in one list. */
  score(
    ...calls: (readonly [n: number, scorecard?: Record<string, unknown>, call?: object])[]
  ): Promise<void>;
  /** Hands the stage whatever is due by now. */
  settle(): Promise<void>;
  /** What is to be read in the chat, one text each. */
  read(): string[];
}

export const checklist = {
  id: "first-sale",
  version: 1,
  name: "Первая продажа",
  alertBelowPercent: 40,
  criteria: [
    { id: "greeting", text: "Поздоровался", check: "semantic", weight: 10 },
    { id: "needs", text: "Выяснил задачу", check: "semantic", weight: 20 },
    { id: "price", text: "Назвал цену", check: "semantic", weight: 30 },
    { id: "next", text: "Договорился о следующем шаге", check: "semantic", weight: 5 },
    { id: "rude", text: "Грубил клиенту", check: "semantic", polarity: "prohibited", autoFail: true },
  ],
};

export const low = { percent: 25, rawPercent: 25, passed: false };
export const rude = {
  percent: 0,
  rawPercent: 62,
  passed: false,
  autoFailedBy: "rude",
  verdicts: [
    verdictJson("greeting", "not_met"),
    { ...verdictJson("rude", "not_met", "Сами <b>разбирайтесь</b>."), weight: 0 },
    verdictJson("needs", "met", "Что хотите?"),
  ],
};

export async function alertWorld(
  settings: Parameters<typeof reportWorld>[0] = {},
  differs: object = {},
): Promise<AlertWorld> {
  const world = reportWorld(settings);
  await writeJson(world.store, checklistKey("default", "first-sale", 1), { ...checklist, ...differs });
  const handled = new Set<number>();

  async function settle(): Promise<void> {
    for (;;) {
      const due = world.sent.flatMap(({ event, body }, at) => {
        const isLater = Date.parse(event.notbefore ?? event.time) > world.clock.now().getTime();
        return handled.has(at) || isLater ? [] : [{ at, body }];
      });
      if (due.length === 0) return;
      for (const { at } of due) handled.add(at);
      await Promise.all(due.map(({ body }) => run(report, body, world)));
    }
  }

  return {
    ...world,
    settle,
    async score(...calls) {
      const events = [];
      for (const [n, scorecard = low, call = {}] of calls)
        events.push(await putScored(world, callIdOn(DAY, n), scorecard, call));
      await Promise.all(events.map((event) => run(report, event, world)));
      await settle();
    },
    read: () => world.telegram.sent.map(({ blocks }) => readBlocks(blocks)),
  };
}
