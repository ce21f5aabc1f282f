import { afterEach, describe, expect, it } from "vitest";
import { bitrix24Writer } from "../../../adapters/crm/bitrix24-writer.ts";
import type { WriteBack } from "../../../core/write-back.ts";
import { report } from "../../../functions/report/stage.ts";
import { startBitrix24Sandbox } from "../../../local/sandbox/bitrix24.ts";
import { run, runUntilSettled } from "../world.ts";
import { writeBackWorld } from "./write-back-world.ts";

const FIELD = "UF_CRM_CALL_SCORE";
const closing: (() => Promise<void>)[] = [];
afterEach(() => Promise.all(closing.splice(0).map((close) => close())));

/** A scored call of deal 5, and the portal that it is written into. */
async function portalWorld() {
  const world = writeBackWorld();
  await world.score();
  await world.putTranscript([["agent", 0.48, 2.16, "Добрый день, студия."]]);
  const sandbox = await startBitrix24Sandbox({
    clock: world.clock,
    calls: [
      {
        nativeId: "ABCD.1",
        callType: "1",
        startedAt: "2026-11-20T12:55:00+03:00",
        durationSec: 61,
        failedCode: "200",
        agentId: "11",
        phone: "+79990000101",
        line: "reg1",
        activityId: "901",
      },
    ],
    crm: {
      userFields: new Set([`CRM_DEAL ${FIELD}`]),
      activities: [{ id: "901", owner: { typeId: 2, id: 5 } }],
    },
  });
  closing.push(sandbox.close);
  const crm = bitrix24Writer({ webhookUrl: sandbox.webhookUrl, clock: world.clock });
  const ports = { ...world, writeBack: { ...world.writeBack, writer: async () => crm } };
  return { world, sandbox, ports };
}

const writings: [what: WriteBack, method: string, change: string][] = [
  ["comment", "crm.timeline.comment.add", "comment deal-5"],
  ["transcript", "telephony.call.attachTranscription", "transcript ABCD.1"],
  ["field", "crm.item.update", "field deal-5"],
];

describe.each(writings)("%s of a call in a Bitrix24 portal", (what, method, change) => {
  it("is written once, though its message comes ten times", async () => {
    const { world, sandbox, ports } = await portalWorld();
    for (let n = 0; n < 10; n += 1) await run(report, world.due(what), ports);
    expect(sandbox.crm.changes).toEqual([change]);
    expect(sandbox.requests.filter(({ path }) => path.includes(method))).toHaveLength(1);
  });

  it.each(["lost-answer", "half-answer", "reset"] as const)(
    "is written once when the portal's answer is %s",
    async (fault) => {
      const { world, sandbox, ports } = await portalWorld();
      sandbox.fail(method, fault, fault);
      const { last } = await runUntilSettled(report, world.due(what), ports);
      expect(last).toMatchObject({ outcome: "done" });
      expect(last).not.toHaveProperty("code");
      expect(sandbox.crm.changes).toEqual([change]);
    },
  );
});
