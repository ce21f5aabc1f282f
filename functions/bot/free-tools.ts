import { addDays } from "../../core/ask/calendar.ts";
import { scorecardKey } from "../../core/bucket-layout.ts";
import { dayIn } from "../../core/call.ts";
import { CallQueryError } from "../../core/call-query.ts";
import type { CallRow } from "../../core/call-row.ts";
import { Scorecard } from "../../core/scorecard.ts";
import { readJson } from "../../core/store-json.ts";
import { momentWords } from "./answer-words.ts";
import type { FreeStep } from "./free-steps.ts";
import type { Asking } from "./reply.ts";

const MAX_FOUND = 15;
const MAX_GROUPS = 60;
const DEFAULT_DAYS = 7;

/** The queries that a model may ask, over the asker's own index. Calls and agents have short codes: no id and no phone leaves for the model. */
export interface FreeTools {
  /** What the query returned, to be shown to the model as data. */
  run(step: FreeStep): Promise<unknown>;
  /** The calls that any query has returned, by their codes. */
  calls: Map<string, CallRow>;
  agents: { code: string; name: string }[];
}

export function freeTools(asking: Asking): FreeTools {
  const { index, ports, scope, settings, now } = asking;
  const calls = new Map<string, CallRow>();
  const staff = asking.staff.filter(({ id }) => scope.kind === "everybody" || id === scope.agentId);
  const agents = staff.map(({ id, name }, at) => ({ code: `A${at + 1}`, id, name }));

  const codeOf = (row: CallRow): string => {
    const known = [...calls].find(([, { callId }]) => callId === row.callId)?.[0];
    const code = known ?? `K${calls.size + 1}`;
    calls.set(code, row);
    return code;
  };
  const agentOf = (id: string | null) => agents.find((agent) => agent.id === id)?.code ?? null;

  const shown = (row: CallRow) => ({
    code: codeOf(row),
    when: momentWords(row, settings),
    agent: agentOf(row.agentId),
    percent: row.percent,
    status: row.status,
    missed: row.criteria.filter(({ verdict }) => verdict === "not_met").map(({ text }) => text),
    worstQuote: row.worst?.evidence?.quote ?? null,
    objections: row.objections.map(({ category, handling, quote }) => ({ category, handling, quote })),
    summary: row.summary,
  });

  function filterOf(step: FreeStep) {
    const today = dayIn(settings.timeZone, now);
    const ids = step.agents.flatMap((code) => agents.find((agent) => agent.code === code)?.id ?? []);
    return {
      tenant: ports.tenant,
      from: step.from ?? addDays(today, 1 - DEFAULT_DAYS),
      to: step.to ?? today,
      ...(ids.length > 0 ? { agentIds: ids } : {}),
      ...(step.text ? { text: step.text } : {}),
      ...(step.percentFrom === null ? {} : { percentFrom: step.percentFrom }),
      ...(step.percentTo === null ? {} : { percentTo: step.percentTo }),
    };
  }

  async function find(step: FreeStep): Promise<unknown> {
    const { rows, total } = await index.find({
      ...filterOf(step),
      order:
        step.order === "latest"
          ? { by: "startedAt", direction: "desc" }
          : { by: "percent", direction: step.order === "worst" ? "asc" : "desc" },
      limit: MAX_FOUND,
    });
    return { total, calls: rows.map(shown) };
  }

  async function sums(step: FreeStep): Promise<unknown> {
    const groups = await index.aggregate({ ...filterOf(step), groupBy: step.groupBy });
    return groups
      .slice(0, MAX_GROUPS)
      .map(({ key, name, calls: count, scored, averagePercent, verdicts }) => ({
        key: { ...key, ...(key.agent ? { agent: agentOf(key.agent) } : {}) },
        name: { checklist: name.checklist, criterion: name.criterion },
        calls: count,
        scored,
        averagePercent,
        ...(verdicts ? { notMet: verdicts.notMet, met: verdicts.met } : {}),
      }));
  }

  async function scorecard(step: FreeStep): Promise<unknown> {
    const row = calls.get(step.call ?? "");
    if (!row || row.checklistId === null || row.checklistVersion === null) return { error: "no such call" };
    const key = scorecardKey(ports.tenant, row.callId, row.checklistId, row.checklistVersion);
    const found = (await readJson(ports.store, key, Scorecard))?.value;
    const names = new Map(row.criteria.map(({ id, text }) => [id, text]));
    return {
      code: step.call,
      percent: row.percent,
      verdicts: found?.verdicts.map(({ criterionId, verdict, comment, evidence }) => ({
        criterion: names.get(criterionId) ?? criterionId,
        verdict,
        comment,
        quotes: evidence.slice(0, 2).map(({ quote, startSec }) => ({ quote, startSec })),
      })),
    };
  }

  return {
    calls,
    agents: agents.map(({ code, name }) => ({ code, name })),
    async run(step) {
      try {
        if (step.action === "find") return await find(step);
        if (step.action === "sums") return await sums(step);
        return await scorecard(step);
      } catch (error) {
        // A question that the index does not understand is the model's slip: it is told what is wrong with it.
        if (error instanceof CallQueryError) return { error: error.message };
        throw error;
      }
    },
  };
}
