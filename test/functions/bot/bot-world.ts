import { indexRowKey, scorecardKey } from "../../../core/bucket-layout.ts";
import { CallRow } from "../../../core/call-row.ts";
import type { CallIndex } from "../../../core/ports/call-index.ts";
import type { ChatUpdate } from "../../../core/ports/chat.ts";
import type { Llm } from "../../../core/ports/llm.ts";
import type { NotifierMessage } from "../../../core/ports/notify.ts";
import type { Speech } from "../../../core/ports/speech.ts";
import type { ScoreChanged } from "../../../core/review.ts";
import { unknownMetrics } from "../../../core/score/metrics.ts";
import type { Settings } from "../../../core/settings.ts";
import { writeJson } from "../../../core/store-json.ts";
import { appealMade } from "../../../events/appeal-made.ts";
import type { BotPorts } from "../../../functions/bot/ports.ts";
import { takeUpdate } from "../../../functions/bot/take-update.ts";
import { report } from "../../../functions/report/stage.ts";
import { staff } from "../../ask/company.ts";
import { memoryCallIndex } from "../../fakes/call-index.ts";
import { type MemoryChat, memoryChat } from "../../fakes/chat.ts";
import { type MemoryNotifier, memoryNotifier, readBlocks } from "../../fakes/notify.ts";
import { makeWorld, run, type World } from "../world.ts";

export const OWN_CHAT = "-100500";
export const SUPERVISOR = "501";
export const AGENT_PERSON = "777";
export const STRANGER = "666";
/** Friday, three in the afternoon in Moscow, as in the sample sentences. */
export const NOW = "2026-11-20T12:00:00Z";

export interface BotWorld extends World {
  ports: BotPorts;
  chat: MemoryChat;
  telegram: MemoryNotifier;
  /** What the index was asked, in order, in its own words. */
  asked: { find: unknown[]; aggregate: unknown[] };
  /** Scores that were announced as changed. */
  changes: ScoreChanged[];
  say(text: string, from?: Partial<ChatUpdate>): Promise<string>;
  press(data: string, from?: Partial<ChatUpdate>): Promise<string>;
  hear(audio: Partial<Extract<ChatUpdate, { kind: "audio" }>>): Promise<string>;
  last(): NotifierMessage;
  /** The data of the last message's buttons, by their texts. */
  buttons(): Map<string, string>;
}

export function botWorld(
  options: {
    settings?: Partial<Settings>;
    llm?: Llm | null;
    speech?: Speech;
    index?: (index: CallIndex) => CallIndex;
  } = {},
): BotWorld {
  const world = makeWorld({
    now: NOW,
    settings: { chats: [SUPERVISOR], agents: { [AGENT_PERSON]: "petrov" }, ...options.settings },
  });
  const { store, clock, settings } = world;
  const chat = memoryChat();
  const telegram = memoryNotifier();
  const asked: BotWorld["asked"] = { find: [], aggregate: [] };
  const changes: ScoreChanged[] = [];
  const inner = memoryCallIndex({ store, clock, timeZoneOf: async () => settings.timeZone });
  const recorded: CallIndex = {
    find: (query) => {
      asked.find.push(query);
      return inner.find(query);
    },
    aggregate: (query) => {
      asked.aggregate.push(query);
      return inner.aggregate(query);
    },
  };
  const index = options.index?.(recorded) ?? recorded;
  const ports: BotPorts = {
    store,
    clock,
    tenant: "default",
    secret: "the-secret",
    ownChat: OWN_CHAT,
    settingsOf: async () => settings,
    index: async () => index,
    chat: async () => chat,
    notifier: async () => telegram,
    llm: async () => options.llm ?? null,
    speech: async () => {
      if (!options.speech) throw new Error("nobody speaks here");
      return options.speech;
    },
    announce: async (changed) => void changes.push(changed),
    announceDecision: () => Promise.reject(new Error("the bot tells its decisions itself")),
    // As the bus brings it to the report stage, whose messages go to the company's own chat.
    announceAppeal: async (made) => {
      const notifier = async () => ({
        send: (message: NotifierMessage) => telegram.send({ chat: OWN_CHAT, ...message }),
      });
      await run(report, appealMade(made), { ...world, notifier, index: async () => index });
    },
  };
  let lastId = 0;
  const take = async (update: Partial<ChatUpdate>): Promise<string> => {
    lastId += 1;
    const before = telegram.sent.length;
    const whole = {
      id: lastId,
      chat: SUPERVISOR,
      person: SUPERVISOR,
      isPrivate: true,
      messageId: String(lastId),
      repliesTo: null,
      ...update,
    };
    await takeUpdate(JSON.stringify(whole), ports);
    return telegram.sent
      .slice(before)
      .map(({ blocks }) => readBlocks(blocks))
      .join("\n\n");
  };
  return {
    ...world,
    ports,
    chat,
    telegram,
    asked,
    changes,
    say: (text, from = {}) => take({ kind: "text", text, ...from } as Partial<ChatUpdate>),
    press: (data, from = {}) => take({ kind: "button", pressId: "p", data, ...from } as Partial<ChatUpdate>),
    hear: (audio) => take({ kind: "audio", sizeBytes: null, durationSec: 3, ...audio }),
    last: () => telegram.sent.at(-1) ?? { blocks: [] },
    buttons: () =>
      new Map(
        (telegram.sent.at(-1)?.buttons ?? [])
          .flat()
          .map((button) => [button.text, "data" in button ? button.data : ""]),
      ),
  };
}

export const asAgent = { chat: AGENT_PERSON, person: AGENT_PERSON };
export const asStranger = { chat: STRANGER, person: STRANGER };

export function rowOf(day: string, agentId: string, n: number, differs: Partial<CallRow> = {}): CallRow {
  const callId = `${day.replaceAll("-", "")}-bitrix24-${agentId}.${n}`;
  const member = staff.find(({ id }) => id === agentId);
  return CallRow.parse({
    callId,
    startedAt: `${day}T${String(9 + (n % 10)).padStart(2, "0")}:35:00+03:00`,
    durationSec: 61,
    direction: "outgoing",
    agentId,
    agentName: member?.name ?? agentId,
    departments: member?.departments ?? [],
    title: null,
    status: "scored",
    code: null,
    checklistId: "first-sale",
    checklistVersion: 1,
    checklistName: "Первая продажа",
    percent: 72,
    passed: true,
    needsReview: false,
    band: "yellow",
    autoFailed: false,
    criteria: [
      {
        id: "greeting",
        text: "Поздоровался и назвал себя",
        stage: null,
        verdict: "not_met",
        points: 0,
        weight: 10,
      },
      { id: "needs", text: "Выяснил задачу клиента", stage: null, verdict: "met", points: 1, weight: 20 },
    ],
    worst: { criterion: "Поздоровался и назвал себя", evidence: null },
    best: null,
    summary: "Клиент выбирает зал <b>для съёмки</b>",
    ...differs,
  });
}

export async function putRows({ store }: Pick<World, "store">, ...rows: CallRow[]): Promise<void> {
  for (const row of rows) await writeJson(store, indexRowKey("default", row.callId), row);
}

/** The scorecard that belongs to a row. */
export async function putScorecard({ store }: Pick<World, "store">, row: CallRow): Promise<void> {
  await writeJson(store, scorecardKey("default", row.callId, "first-sale", 1), {
    callId: row.callId,
    tenant: "default",
    checklist: { id: "first-sale", version: 1, hash: "sha256:0", name: "Первая продажа" },
    callType: "first-sale",
    percent: row.percent,
    rawPercent: row.percent,
    passed: true,
    autoFailedBy: null,
    needsReview: false,
    verdicts: [
      {
        criterionId: "greeting",
        check: "semantic",
        verdict: "not_met",
        points: 0,
        weight: 10,
        evidence: [{ turn: 0, speaker: "agent", startSec: 74.5, endSec: 76, quote: "Алло, <слушаю> & что?" }],
        comment: "Не назвал ни себя, ни компанию.",
        advice: "Добрый день, студия «Свет», меня зовут Дмитрий.",
      },
      {
        criterionId: "needs",
        check: "semantic",
        verdict: "met",
        points: 1,
        weight: 20,
        evidence: [],
        comment: "",
        advice: null,
      },
    ],
    metrics: unknownMetrics,
    summary: null,
    clientNeed: null,
    objections: [],
    nextStep: { agreed: true, text: "Созвон во вторник" },
    advice: [],
    model: null,
  });
}
