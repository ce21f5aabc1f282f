import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startTelegramSandbox, type TelegramSandbox } from "../../local/sandbox/telegram.ts";
import { type Service, startService } from "../../local/service.ts";

/** The bot in the running service, by both ways in. Nothing that people say may be in its log. */

const token = "123:mark-token";
const SPOKEN = "кракозябра";
const update = (text: string) => ({
  message: { message_id: 1, chat: { id: 501, type: "private" }, from: { id: 501 }, text },
});

let sandbox: TelegramSandbox;
let dataDir: string;
let service: Service | undefined;
let log: Record<string, unknown>[];

beforeEach(async () => {
  sandbox = await startTelegramSandbox({ token });
  dataDir = await mkdtemp(join(tmpdir(), "bot-service-"));
  log = [];
});
afterEach(async () => {
  await service?.stop();
  await sandbox.close();
  await rm(dataDir, { recursive: true });
});

async function start(more: Record<string, string> = {}): Promise<Service> {
  const nowhere = "http://127.0.0.1:1";
  service = await startService({
    env: {
      PORT: "0",
      DATA_DIR: dataDir,
      BITRIX24_WEBHOOK_URL: `${nowhere}/rest/1/mark-rest/`,
      SBER_OAUTH_CLIENT_ID: "id",
      SBER_OAUTH_CLIENT_SECRET: "mark-sber",
      SALUTESPEECH_OAUTH_URL: nowhere,
      SALUTESPEECH_API_URL: nowhere,
      LLM_BASE_URL: "off",
      TELEGRAM_BOT_TOKEN: token,
      TELEGRAM_CHAT_ID: "501",
      TELEGRAM_API_ROOT: sandbox.url,
      ...more,
    },
    log: (line) => void log.push(line),
  });
  return service;
}

const answered = (count: number) =>
  vi.waitFor(() => expect(sandbox.messages).toHaveLength(count), { timeout: 60_000, interval: 20 });

it("answers by long polling where no secret is set, and logs no word of it", async () => {
  await start();
  sandbox.say(update(`звонки вчера ${SPOKEN}`));
  await answered(1);
  expect(sandbox.messages[0]?.plain).toContain(`Не понял слова: ${SPOKEN}`);
  expect(log.map(({ message }) => message)).toContain("the bot asks Telegram for messages");
  expect(JSON.stringify(log)).not.toMatch(/кракозябра|501|mark-/);
});

it("answers by the webhook to whoever knows the secret, and asks Telegram for nothing [bot:secret]", async () => {
  const { port } = await start({ TELEGRAM_WEBHOOK_SECRET: "mark-secret" });
  const post = (secret: string) =>
    fetch(`http://127.0.0.1:${port}/webhooks/telegram`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-telegram-bot-api-secret-token": secret },
      body: JSON.stringify({ update_id: 5, ...update("/help") }),
    });
  expect((await post("wrong")).status).toBe(401);
  expect((await post("mark-secret")).status).toBe(200);
  expect((await post("mark-secret")).status).toBe(200);
  expect(sandbox.messages.map(({ plain }) => plain)).toEqual([expect.stringContaining("/checklists")]);
  const buttons = sandbox.messages[0]?.buttons?.flat() ?? [];
  expect(buttons.every(({ callback_data: data = "" }) => Buffer.byteLength(data) <= 64)).toBe(true);
  expect(sandbox.requests.filter(({ path }) => /getUpdates|Webhook/.test(path))).toEqual([]);
});
