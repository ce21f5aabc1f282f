import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { indexDayPrefix, reportsPrefix, uploadsPrefix } from "../../core/bucket-layout.ts";
import { dayIn } from "../../core/call.ts";
import { CallRow } from "../../core/call-row.ts";
import { Report } from "../../core/report.ts";
import { dayPeriod } from "../../core/report-period.ts";
import { readJson } from "../../core/store-json.ts";
import { digestDue } from "../../events/digest-due.ts";
import { publish } from "../../functions/run-stage.ts";
import { checkCall } from "../../local/demo/check.ts";
import { checkDigest } from "../../local/demo/check-digest.ts";
import { digestsIn } from "../../local/demo/wait.ts";
import { keysUnder } from "../functions/world.ts";
import { ADMIN_TOKEN, type Site, TELEGRAM_SECRET, TENANT } from "./site.ts";

/** A day of calls as the cloud hears of it; resolves to what is not as it must be, in sentences. */

export interface PlayOptions {
  site: Site;
  /** Of the gateway. */
  url: string;
  /** Runs a function of a schedule. */
  runScheduled(name: "sweep" | "schedule"): Promise<unknown>;
}

/** The call whose notice gets lost: the sweep finds it. */
const LOST = "balcony";
/** The recording of this call is put into the bucket as well, under a name that a person gave it. */
const UPLOADED = "balcony";
const UPLOAD_NAME = "Звонок с выставки + заметки.mp3";
const CALLS_WITHIN_MS = 90_000;
const DIGEST_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 100;

export async function playDay(options: PlayOptions): Promise<string[]> {
  const problems: string[] = [];
  const expect = (what: string, found: unknown, wanted: unknown) => {
    if (found !== wanted) problems.push(`${what}: ${found}, expected ${wanted}`);
  };
  await checkWaysIn(options, expect);
  await postNotices(options, expect);
  await putUpload(options.site);
  await options.runScheduled("sweep");
  await checkCalls(options.site, problems, expect);
  await checkDay(options.site, problems, expect);
  await options.runScheduled("schedule");
  await checkReaders(options, expect);
  return problems;
}

type Expect = (what: string, found: unknown, wanted: unknown) => void;

async function checkWaysIn({ url }: PlayOptions, expect: Expect): Promise<void> {
  const health = await fetch(`${url}/health`);
  expect("health", `${health.status} ${((await health.json()) as { status: string }).status}`, "200 ok");
  const stranger = await fetch(`${url}/mcp`, { method: "POST", body: "{}" });
  expect("MCP without a token", stranger.status, 401);
}

async function postNotices({ site, url }: PlayOptions, expect: Expect): Promise<void> {
  const { bitrix24 } = site.portal;
  const webhook = `${url}/webhooks/bitrix24`;
  const noticed = site.scenario.calls.filter(({ slug }) => slug !== LOST);
  const first = noticed[0]?.nativeId ?? "";
  expect("a forged webhook", await bitrix24.postWebhook(webhook, first, { token: "forged" }), 401);
  for (const { slug, nativeId } of noticed)
    expect(`the webhook of ${slug}`, await bitrix24.postWebhook(webhook, nativeId), 200);
  expect("a webhook that comes twice", await bitrix24.postWebhook(webhook, first), 200);
}

/** As a bucket of AWS tells of it (S3 docs, "Event message structure"): the key form-encoded. */
async function putUpload({ store, queue, scenario }: Site): Promise<void> {
  const audio = scenario.calls.find(({ slug }) => slug === UPLOADED)?.audio ?? "";
  const key = `${uploadsPrefix(TENANT)}${UPLOAD_NAME}`;
  const bytes = await readFile(audio);
  const put = await store.put(key, bytes);
  const eTag = put.written ? put.etag.replaceAll('"', "") : "";
  const encoded = encodeURIComponent(key).replaceAll("%2F", "/").replaceAll("%20", "+");
  const record = {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    eventTime: new Date().toISOString(),
    eventName: "ObjectCreated:Put",
    s3: {
      bucket: { name: "b" },
      object: {
        key: encoded,
        size: bytes.length,
        eTag,
        sequencer: "0055AED6DCD90281E5",
      },
    },
  };
  await queue.send("ingest", [{ body: JSON.stringify({ Records: [record] }) }]);
}

async function checkCalls(site: Site, problems: string[], expect: Expect): Promise<void> {
  const { scenario, store, portal, day } = site;
  const rows = await waitForRows(site, scenario.calls.length + 1);
  expect("calls that came to an end", rows.length, scenario.calls.length + 1);
  for (const call of scenario.calls) {
    const callId = `${day.replaceAll("-", "")}-bitrix24-${call.nativeId}`;
    const row = rows.find((one) => one.callId === callId);
    problems.push(...(row ? await checkCall(store, row, call, true) : [`${call.slug}: nothing came of it`]));
    const folder = `calls/${TENANT}/${day}/${callId}/`;
    const ends = (await keysUnder(store, folder)).filter((key) => /\/(scorecard\/|outcome\.json)/.test(key));
    expect(`${call.slug}: scorecards and outcomes`, ends.length, 1);
    const hash = portal.hashes.get(call.slug);
    if (hash === undefined) continue;
    const paid = portal.saluteSpeech.started.get(hash) ?? 0;
    expect(`${call.slug}: paid transcriptions`, paid, call.slug === UPLOADED ? 2 : 1);
  }
  const uploaded = scenario.calls.find(({ slug }) => slug === UPLOADED);
  const row = rows.find(({ title }) => title === UPLOAD_NAME);
  if (uploaded && row) problems.push(...(await checkCall(store, row, uploaded, true)));
  else problems.push("the file under uploads/ was not scored");
}

async function checkDay(site: Site, problems: string[], expect: Expect): Promise<void> {
  const { store, queue, portal, day, scenario } = site;
  const due = digestDue({ tenant: TENANT, period: dayPeriod(day), time: new Date() });
  // Announced twice, as queues do.
  await publish([due, due], queue);
  const giveUpAt = Date.now() + DIGEST_WITHIN_MS;
  const hasCome = () => portal.telegram.files.some(({ fileName }) => fileName.endsWith(".xlsx"));
  while (!hasCome() && Date.now() < giveUpAt) await setTimeout(LOOK_EVERY_MS);
  problems.push(...(await checkDigest(store, TENANT, day)));
  expect("digests of the day in Telegram", digestsIn(portal.telegram).length, 1);
  for (const kind of [".pdf", ".xlsx", ".png"]) {
    const sent = portal.telegram.files.filter(({ fileName }) => fileName.endsWith(kind));
    expect(`digest's ${kind} in Telegram`, sent.length, 1);
  }
  const kept = await keysUnder(store, `${reportsPrefix(TENANT)}${day}/digest.`);
  expect(
    "files of the digest",
    kept
      .map((key) => key.split(".").at(-1))
      .sort()
      .join(),
    "json,pdf,xlsx",
  );
  const digest = await readJson(store, kept.find((key) => key.endsWith("json")) ?? "", Report);
  expect("calls that the digest counts", digest?.value.totals.calls, scenario.calls.length);
}

/** Both ask the index, which DuckDB's native code reads. */
async function checkReaders({ site, url }: PlayOptions, expect: Expect): Promise<void> {
  const client = new Client({ name: "a-test", version: "1.0.0" });
  const requestInit = { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit }));
  const { tools } = await client.listTools();
  expect(
    "MCP has the tool search_calls",
    tools.some(({ name }) => name === "search_calls"),
    true,
  );
  const found = await client.callTool({ name: "search_calls", arguments: {} });
  expect("MCP finds calls", found.isError ?? false, false);
  await client.close();

  const before = site.portal.telegram.messages.length;
  const chat = { id: Number(site.portal.env.TELEGRAM_CHAT_ID), type: "supergroup", title: "ОП" };
  const from = { id: 501, is_bot: false, first_name: "Ольга" };
  const message = { message_id: 9001, date: Math.floor(Date.now() / 1000), chat, from, text: "звонки вчера" };
  const asked = await fetch(`${url}/webhooks/telegram`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-telegram-bot-api-secret-token": TELEGRAM_SECRET },
    body: JSON.stringify({ update_id: 77, message }),
  });
  expect("the bot's webhook", asked.status, 200);
  expect("answers of the bot", site.portal.telegram.messages.length - before, 1);
}

/** Rows of the day, and of today, to which uploads belong. */
async function waitForRows({ store, day }: Site, count: number): Promise<CallRow[]> {
  const rows = new Map<string, CallRow>();
  const giveUpAt = Date.now() + CALLS_WITHIN_MS;
  while (rows.size < count && Date.now() < giveUpAt) {
    for (const listed of [day, dayIn("Europe/Moscow", new Date())]) {
      for await (const { key } of store.list(indexDayPrefix(TENANT, listed))) {
        const row = rows.has(key) ? undefined : await readJson(store, key, CallRow);
        if (row) rows.set(key, row.value);
      }
    }
    await setTimeout(LOOK_EVERY_MS);
  }
  return [...rows.values()];
}
