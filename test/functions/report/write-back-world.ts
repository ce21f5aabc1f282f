import { publishedKey, scorecardKey, transcriptKey } from "../../../core/bucket-layout.ts";
import { markDone } from "../../../core/claim.ts";
import { Scorecard } from "../../../core/scorecard.ts";
import { readJson, writeJson } from "../../../core/store-json.ts";
import { WriteBack } from "../../../core/write-back.ts";
import { WritebackDue } from "../../../events/writeback-due.ts";
import { report } from "../../../functions/report/stage.ts";
import { memoryCrmWriter } from "../../fakes/crm-writer.ts";
import { run } from "../world.ts";
import { callIdOn, DAY, putScored, reportWorld } from "./report-world.ts";

export const CALL = callIdOn(DAY, 1);
export const LEASE_SEC = 180;

/** A report stage that writes into a CRM in memory. */
export function writeBackWorld({
  kinds = WriteBack.options,
  ...settings
}: Parameters<typeof reportWorld>[0] & { kinds?: readonly WriteBack[] } = {}) {
  const base = reportWorld(settings);
  const crm = memoryCrmWriter({ now: base.clock.now });
  const world = { ...base, crm, writeBack: { kinds, writer: async () => crm } };

  /** Scores a call of deal 5 whose telephony id is ABCD.<n>. */
  async function score(
    scorecard: Partial<Scorecard> = {},
    call: Parameters<typeof putScored>[3] = {},
    n = 1,
  ) {
    const callId = callIdOn(DAY, n);
    const event = await putScored(world, callId, scorecard, {
      nativeId: `ABCD.${n}`,
      entity: { type: "contact", id: "77" },
      activityId: "901",
      ...call,
    });
    const { checklistId, checklistVersion } = event.data;
    await markDone(world.store, world.clock, publishedKey("default", callId, "scoring"), {
      checklistId,
      checklistVersion,
    });
    return event;
  }

  /** Makes another version's scorecard the one in force, as a rescore does. */
  async function rescore(percent: number | null, version = 2): Promise<void> {
    const old = await readJson(world.store, scorecardKey("default", CALL, "first-sale", 1), Scorecard);
    await writeJson(world.store, scorecardKey("default", CALL, "first-sale", version), {
      ...old!.value,
      checklist: { ...old!.value.checklist, version },
      percent,
    });
    await markDone(world.store, world.clock, publishedKey("default", CALL, "scoring"), {
      checklistId: "first-sale",
      checklistVersion: version,
    });
  }

  async function putTranscript(turns: [speaker: string, startSec: number, endSec: number, text: string][]) {
    await writeJson(world.store, transcriptKey("default", CALL), {
      callId: CALL,
      language: "ru",
      durationSec: 61,
      channels: 2,
      source: { name: "salutespeech", model: null },
      roles: { by: "channel", confidence: 1 },
      turns: turns.map(([speaker, startSec, endSec, text], n) => ({ n, speaker, startSec, endSec, text })),
    });
  }

  const due = (what: WriteBack, callId = CALL) =>
    WritebackDue.create({ tenant: "default", subject: callId, time: world.clock.now(), data: { what } });
  const write = (what: WriteBack, callId = CALL) => run(report, due(what, callId), world);
  const marker = (name: string, callId = CALL) => publishedKey("default", callId, name);

  crm.deals.set("901", "5");
  return { ...world, score, rescore, putTranscript, due, write, marker };
}
