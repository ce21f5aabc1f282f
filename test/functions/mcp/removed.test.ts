import { afterEach, beforeEach, expect, it } from "vitest";
import type { Removed } from "../../../core/removal.ts";
import { removeRecording, removeTexts } from "../../../core/remove-call.ts";
import { putRows, putScorecard, rowOf } from "../bot/bot-world.ts";
import {
  ADMIN_TOKEN,
  connect,
  type McpSite,
  type McpWorld,
  mcpWorld,
  putCall,
  serveMcp,
} from "./mcp-world.ts";

/** An assistant that asks for what is kept no longer. */

const row = rowOf("2026-11-19", "rudnev", 1);
const removed: Removed = { at: "2026-11-20T10:00:00.000Z", why: "retention", keptDays: 30 };

let world: McpWorld;
let site: McpSite;
let client: Awaited<ReturnType<typeof connect>>;

beforeEach(async () => {
  world = mcpWorld();
  await putRows(world, row);
  await putCall(world, row);
  await putScorecard(world, row);
  site = await serveMcp(world);
  client = await connect(site.url, ADMIN_TOKEN);
});

afterEach(async () => {
  await client.close();
  await site.close();
});

const asking = (name: string) => client.callTool({ name, arguments: { call_id: row.callId } });

it("is told that the recording was deleted, and after how many days", async () => {
  const { structuredContent } = await asking("get_call_record_link");
  const { download_url } = structuredContent as { download_url: string };
  await removeRecording(world.store, "default", row.callId, removed);
  await expect(asking("get_call_record_link")).rejects.toThrow("was deleted after 30 days");
  // A link that was given out before.
  const response = await fetch(download_url);
  expect([response.status, await response.text()]).toEqual([410, "the recording was deleted after 30 days"]);
  expect((await asking("get_transcript")).isError).not.toBe(true);
});

it("is told that the transcript was deleted, and still of the score", async () => {
  await removeTexts(world.store, "default", row.callId, removed);
  await expect(asking("get_transcript")).rejects.toThrow("was deleted after 30 days");
  expect(JSON.stringify((await asking("get_scorecard")).structuredContent)).toContain(
    `"percent":${row.percent}`,
  );
});
