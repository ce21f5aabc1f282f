import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { filesStore } from "../../adapters/store/files.ts";
import { indexRowKey, recordingPrefix } from "../../core/bucket-layout.ts";
import { writeJson } from "../../core/store-json.ts";
import { type Service, startService } from "../../local/service.ts";
import { rowOf } from "../functions/bot/bot-world.ts";
import { connect } from "../functions/mcp/mcp-world.ts";

let folder: string;
let service: Service;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "call-quality-mcp-service-"));
});

afterEach(async () => {
  await service?.stop();
  await rm(folder, { recursive: true, force: true });
});

it("answers fifty assistants at once, each with its own calls, and loses no answer [mcp:parallel]", async () => {
  const day = new Date().toISOString().slice(0, 10);
  const store = filesStore({ directory: join(folder, "bucket") });
  const rows = Array.from({ length: 50 }, (_one, n) => rowOf(day, `agent-${n}`, n));
  for (const row of rows) await writeJson(store, indexRowKey("default", row.callId), row);
  service = await startService({
    env: {
      DATA_DIR: folder,
      PORT: "0",
      DIGEST_AT: "23:59",
      TIME_ZONE: "UTC",
      ADMIN_TOKEN: "the-admin-token",
      BITRIX24_WEBHOOK_URL: "http://127.0.0.1:9/rest/1/secret/",
      BITRIX24_APPLICATION_TOKEN: "token",
      SBER_OAUTH_CLIENT_ID: "id",
      SBER_OAUTH_CLIENT_SECRET: "secret",
      LLM_BASE_URL: "off",
      TELEGRAM_BOT_TOKEN: "off",
    },
    log: () => undefined,
  });
  const url = `http://127.0.0.1:${service.port}/mcp`;
  const answers = await Promise.all(
    rows.map(async ({ agentId }) => {
      const client = await connect(url, "the-admin-token");
      const { structuredContent } = await client.callTool({
        name: "search_calls",
        arguments: { user_id: agentId, start_date: day, end_date: day },
      });
      await client.close();
      return (structuredContent as { calls: { call_id: string }[] }).calls.map(({ call_id }) => call_id);
    }),
  );
  expect(answers).toEqual(rows.map(({ callId }) => [callId]));

  const [{ callId } = { callId: "" }] = rows;
  const sound = new Uint8Array([0xff, 0xfb, 0x00, 0x80, 0xfe]);
  await store.put(`${recordingPrefix("default", callId)}mp3`, sound);
  const client = await connect(url, "the-admin-token");
  const linked = await client.callTool({ name: "get_call_record_link", arguments: { call_id: callId } });
  await client.close();
  const { download_url } = linked.structuredContent as { download_url: string };
  expect(await (await fetch(download_url)).bytes()).toEqual(sound);
}, 60_000);
