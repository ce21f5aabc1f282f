import { bitrix24Writer } from "../../adapters/crm/bitrix24-writer.ts";
import { setClock } from "../../core/clock.ts";
import { startBitrix24Sandbox } from "../../local/sandbox/bitrix24.ts";
import { memoryCrmWriter } from "../fakes/crm-writer.ts";
import { crmWriterConformance } from "./writer-conformance.ts";

const FIELD = "UF_CRM_CALL_SCORE";

crmWriterConformance("memory", async ({ nativeId, activityId, dealId }) => {
  const now = new Date("2026-11-20T10:00:00Z");
  const writer = memoryCrmWriter({ now: () => now });
  writer.deals.set(activityId, dealId);
  return {
    writer,
    now,
    commentsOn: ({ type, id }) =>
      writer.comments.filter(({ card }) => card === `${type}-${id}`).map(({ text }) => text),
    phrases: () => writer.transcripts.get(nativeId)?.phrases as never,
    scoreOf: ({ type, id }) => writer.scores.get(`${type}-${id}`),
    changes: () => writer.changes.length,
    remove: ({ type, id }) => void writer.gone.add(`${type}-${id}`),
    removeFields: () => writer.fields.clear(),
    close: async () => {},
  };
});

crmWriterConformance("bitrix24", async ({ nativeId, activityId, dealId, otherActivityId }) => {
  const clock = setClock("2026-11-20T10:00:00Z");
  const contact = { typeId: 3, id: 77 };
  const sandbox = await startBitrix24Sandbox({
    clock,
    calls: [
      {
        nativeId,
        callType: "2",
        startedAt: "2026-11-20T10:15:30+03:00",
        durationSec: 183,
        failedCode: "200",
        agentId: "42",
        phone: "+79990000001",
        line: "reg100500",
      },
    ],
    crm: {
      userFields: new Set([`CRM_DEAL ${FIELD}`, `CRM_LEAD ${FIELD}`]),
      activities: [
        {
          id: activityId,
          owner: contact,
          bindings: [
            { typeId: 2, id: 4 },
            { typeId: 2, id: Number(dealId) },
          ],
        },
        { id: otherActivityId, owner: contact },
      ],
    },
  });
  const { crm } = sandbox;
  const sides: Record<string, string> = { User: "agent", Client: "client" };
  return {
    // Many comments are more than the portal takes in one minute.
    writer: bitrix24Writer({
      webhookUrl: sandbox.webhookUrl,
      clock,
      pace: { turn: async () => {}, isBehind() {} },
    }),
    now: clock.now(),
    commentsOn: ({ type, id }) =>
      crm.comments.filter(({ card }) => card === `${type}-${id}`).map(({ text }) => text),
    phrases: () =>
      crm.transcripts
        .get(nativeId)
        ?.at(-1)
        ?.messages.map((message) => {
          const { SIDE, START_TIME, STOP_TIME, MESSAGE } = message as Record<string, never>;
          return { speaker: sides[SIDE!]!, startSec: START_TIME!, stopSec: STOP_TIME!, text: MESSAGE! };
        }),
    scoreOf: ({ type, id }) => crm.values.get(`${type}-${id}`)?.[FIELD] as number | undefined,
    changes: () => crm.changes.length,
    remove: ({ type, id }) => void crm.gone.add(`${type}-${id}`),
    removeFields: () => crm.userFields.clear(),
    close: sandbox.close,
  };
});
