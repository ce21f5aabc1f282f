import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { bitrix24 } from "../../adapters/crm/bitrix24.ts";
import { bitrix24Webhook } from "../../adapters/crm/bitrix24-webhook.ts";
import { setClock } from "../../core/clock.ts";
import {
  QUERY_LIMIT_EXCEEDED,
  type SandboxCall,
  startBitrix24Sandbox,
} from "../../local/sandbox/bitrix24.ts";
import { type SandboxServer, serveSandbox } from "../../local/sandbox/server.ts";

const open: SandboxServer[] = [];
afterEach(() => Promise.all(open.splice(0).map((server) => server.close())));

const call: SandboxCall = {
  nativeId: "ABCD1234.1795158930.555",
  callType: "2",
  startedAt: "2026-11-20T10:15:30+03:00",
  durationSec: 183,
  failedCode: "200",
  agentId: "42",
  phone: "+79990000001",
  line: "reg100500",
  recording: { file: Buffer.from("ID3"), availableAfterSec: 60 },
};

async function start(options: Parameters<typeof startBitrix24Sandbox>[0] = {}) {
  const clock = setClock("2026-11-20T07:19:00Z");
  const sandbox = await startBitrix24Sandbox({ calls: [call], clock, ...options });
  const target = await serveSandbox(() => ({ status: 200 }));
  open.push(sandbox, target);
  const post = (method: string, parameters: object) =>
    fetch(`${sandbox.webhookUrl}${method}.json`, { method: "POST", body: JSON.stringify(parameters) });
  return { clock, sandbox, target, post, crm: bitrix24({ webhookUrl: sandbox.webhookUrl, clock }) };
}

describe("the sandbox portal", () => {
  test("posts a webhook that the driver reads", async () => {
    const { sandbox, target } = await start();
    expect(await sandbox.postWebhook(`${target.url}/webhooks/bitrix24`, call.nativeId)).toBe(200);
    const [request] = target.requests;
    expect(String(request?.body)).toContain("data%5BCALL_ID%5D=ABCD1234.1795158930.555");
    const webhook = bitrix24Webhook({ applicationToken: sandbox.applicationToken });
    expect(webhook.read(String(request?.body), request?.headers["content-type"] ?? null)).toEqual({
      kind: "call-ended",
      notice: {
        nativeId: call.nativeId,
        startedAt: call.startedAt,
        sentAt: "2026-11-20T07:19:00.000Z",
        durationSec: 183,
        direction: "incoming",
        kind: null,
        missed: false,
        agentId: "42",
      },
    });
  });

  test("posts a webhook twice, or with a forged token, when told to", async () => {
    const { sandbox, target } = await start();
    await sandbox.postWebhook(target.url, call.nativeId, { duplicate: true, token: "forged" });
    expect(target.requests).toHaveLength(2);
    expect(String(target.requests[1]?.body)).toContain("forged");
  });

  test("has the recording some time after the webhook, and for good", async () => {
    const { sandbox, target, clock, crm } = await start();
    await sandbox.postWebhook(target.url, call.nativeId);
    clock.advance(59);
    expect((await crm.findCall(call.nativeId))?.recording).toBeNull();
    clock.advance(1);
    await sandbox.postWebhook(target.url, call.nativeId);
    expect((await crm.findCall(call.nativeId))?.recording).toEqual({ fileId: "9001" });
  });

  test("has the recording some time after the call when the webhook is never posted", async () => {
    const { clock, crm } = await start();
    expect((await crm.findCall(call.nativeId))?.recording).toBeNull();
    clock.advance(60);
    expect((await crm.findCall(call.nativeId))?.recording).not.toBeNull();
  });

  test("serves a recording from a file", async () => {
    const file = fileURLToPath(import.meta.url);
    const { crm } = await start({ calls: [{ ...call, recording: { file, contentType: "audio/wav" } }] });
    const opened = await crm.openRecording((await crm.findCall(call.nativeId))!.recording!);
    expect(opened?.contentType).toBe("audio/wav");
    expect((await new Response(opened?.body).text()).length).toBeGreaterThan(100);
  });

  test("takes calls in while it runs", async () => {
    const { sandbox, crm } = await start({ calls: [] });
    sandbox.calls.push(call);
    expect(await crm.findCall(call.nativeId)).toBeDefined();
  });

  test("refuses a secret that is not its own", async () => {
    const { sandbox } = await start();
    const response = await fetch(`${sandbox.url}/rest/1/guessed/user.get.json`, {
      method: "POST",
      body: "{}",
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: "INVALID_CREDENTIALS" });
  });

  test("has had enough for as many requests as it is told", async () => {
    const { sandbox, post } = await start();
    sandbox.fail("/rest/", QUERY_LIMIT_EXCEEDED, QUERY_LIMIT_EXCEEDED);
    const statuses: number[] = [];
    for (const _ of [1, 2, 3]) statuses.push((await post("user.get", {})).status);
    expect(statuses).toEqual([503, 503, 200]);
  });

  test("shows a login page instead of a file without the token of the download", async () => {
    const { sandbox } = await start();
    const response = await fetch(`${sandbox.url}/disk/downloadFile/9001/?auth_token=old`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("text/html");
  });

  test.each<[object, number]>([
    [{ FILTER: { CALL_ID: "none" } }, 0],
    [{ filter: { CALL_ID: "none" } }, 3],
    [{ FILTER: { UNKNOWN: "none" } }, 3],
    [{ FILTER: { "=CALL_ID": ["C.0", "C.2"] } }, 2],
    [{ FILTER: { "!CALL_ID": "C.0" } }, 2],
    [{ FILTER: { ">CALL_DURATION": 9, "<=CALL_DURATION": "100" } }, 2],
    [
      {
        FILTER: {
          ">=CALL_START_DATE": "2026-11-20T07:00:01+00:00",
          "<CALL_START_DATE": "2026-11-20T07:00:02+00:00",
        },
      },
      1,
    ],
  ])("filters by %j", async (parameters, total) => {
    const durations = [9, 10, 100];
    const calls = durations.map((durationSec, index) => ({
      ...call,
      nativeId: `C.${index}`,
      durationSec,
      startedAt: `2026-11-20T10:00:0${index}+03:00`,
    }));
    const { post } = await start({ calls });
    expect(await (await post("voximplant.statistic.get", parameters)).json()).toMatchObject({ total });
  });

  test("sorts by a plain field name only", async () => {
    const calls = ["C.1", "C.0"].map((nativeId) => ({ ...call, nativeId }));
    const { post } = await start({ calls });
    const order = async (parameters: object) => {
      const { result } = (await (await post("voximplant.statistic.get", parameters)).json()) as {
        result: { CALL_ID: string }[];
      };
      return result.map(({ CALL_ID }) => CALL_ID);
    };
    expect(await order({ SORT: "CALL_ID", ORDER: "ASC" })).toEqual(["C.0", "C.1"]);
    expect(await order({ SORT: "ID", ORDER: "DESC" })).toEqual(["C.0", "C.1"]);
    expect(await order({ SORT: { CALL_ID: "ASC" } })).toEqual(["C.1", "C.0"]);
  });
});
