import { dirname, join } from "node:path";
import { duckDbCallIndex } from "../adapters/index/duckdb.ts";
import { filesStore } from "../adapters/store/files.ts";
import { systemClock } from "../core/clock.ts";
import type { CallIndex } from "../core/ports/call-index.ts";
import type { Store } from "../core/ports/store.ts";
import { answerParent } from "./child.ts";
import { TENANT } from "./index-bucket.ts";

/** A process that asks the index: its first question finds neither DuckDB nor a single file at hand. */

export type Question = "digest" | "new digest" | "page" | "text";

export interface Asked {
  bucket: string;
  cacheDir: string;
  /** Key of a row that stands for any. */
  someRow: string;
  question: Question;
  from: string;
  to: string;
  /** After the first one. */
  times: number;
}

export interface Took {
  firstMs: number;
  laterMs: number[];
  laterCpuMs: number[];
}

answerParent(async ({ bucket, cacheDir, someRow, question, from, to, times }: Asked): Promise<Took> => {
  const store = withAnyRow(filesStore({ directory: bucket }), someRow);
  const index = duckDbCallIndex({
    store,
    clock: systemClock,
    timeZoneOf: async () => "Europe/Moscow",
    cacheDir: join(cacheDir, "index"),
  });
  const ask = () => questions[question](index, { tenant: TENANT, from, to });
  const timed = async () => {
    const startedAt = performance.now();
    const before = process.cpuUsage();
    await ask();
    const { user, system } = process.cpuUsage(before);
    return { ms: performance.now() - startedAt, cpuMs: (user + system) / 1000 };
  };
  const first = await timed();
  const later = [];
  for (let n = 0; n < times; n += 1) later.push(await timed());
  return {
    firstMs: first.ms,
    laterMs: later.map(({ ms }) => ms),
    laterCpuMs: later.map(({ cpuMs }) => cpuMs),
  };
});

/** More than a million rows as files of their own would take longer to write than all the rest; the few of a page are read from one. */
function withAnyRow(store: Store, someRow: string): Store {
  const openDay = dirname(someRow);
  const isRow = (key: string) => key.startsWith(`index/${TENANT}/`) && key.endsWith(".json");
  return { ...store, get: (key) => store.get(isRow(key) && dirname(key) !== openDay ? someRow : key) };
}

let asked = 0;

interface Period {
  tenant: string;
  from: string;
  to: string;
  percentFrom?: number;
}

const questions: Record<Question, (index: CallIndex, period: Period) => Promise<void>> = {
  /** Everything that the summary of a period says. */
  digest: async (index, period) => {
    const [[total], agents, criteria, worst, best] = await Promise.all([
      index.aggregate(period),
      index.aggregate({ ...period, groupBy: ["agent"] }),
      index.aggregate({ ...period, groupBy: ["criterion"] }),
      index.find({ ...period, limit: 3, order: { by: "percent", direction: "asc" } }),
      index.find({ ...period, limit: 3, order: { by: "percent", direction: "desc" } }),
    ]);
    complete(total?.calls, agents.length, criteria.length, worst.rows.length, best.rows.length);
  },
  /** Of calls that nobody has asked about before, so that no sums of single days are at hand. */
  "new digest": (index, period) => questions.digest(index, { ...period, percentFrom: ++asked / 1000 }),
  page: async (index, period) => {
    const page = await index.find({
      ...period,
      departments: ["Продажи Казань", "Поддержка"],
      percentTo: 60,
      criterion: { id: "criterion-2", verdicts: ["not_met"] },
    });
    complete(page.rows.length);
  },
  text: async (index, period) => {
    const page = await index.find({ ...period, text: "Скидёт довернта" });
    if (page.total !== page.rows.length && page.next === null) throw new Error("a page is missing");
  },
};

function complete(...counts: readonly (number | undefined)[]): void {
  if (counts.some((count) => !count)) throw new Error("the index gave an empty answer");
}
