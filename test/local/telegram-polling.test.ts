import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { grammyPolling } from "../../adapters/chat/grammy-polling.ts";
import type { ChatPolling } from "../../core/ports/chat.ts";
import { serveSandbox } from "../../local/sandbox/server.ts";
import { startTelegramSandbox, type TelegramSandbox } from "../../local/sandbox/telegram.ts";
import { startTelegramPolling } from "../../local/telegram-polling.ts";

const token = "123:abc";
const message = { message_id: 1, chat: { id: 501, type: "private" }, text: "сводка" };

/** Runs until `enough` says so, with pauses that take no time. */
function listening(polling: ChatPolling, enough: (seen: Seen) => boolean) {
  const seen: Seen = { updates: [], said: [], errors: [], pausesSec: [] };
  const done = Promise.withResolvers<void>();
  const look = () => {
    if (enough(seen)) done.resolve();
  };
  const running = startTelegramPolling({
    polling,
    take: async (update) => {
      seen.updates.push(JSON.parse(update));
      look();
      if (seen.updates.length === 1) throw new Error("the first one fails");
    },
    say: (state, error) => {
      seen.said.push(state);
      if (error !== undefined) seen.errors.push(String(error));
      look();
    },
    onError: (error) => void seen.errors.push(String(error)),
    wait: async (sec) => {
      seen.pausesSec.push(sec);
      look();
      await new Promise((resolve) => setImmediate(resolve));
    },
  });
  return { seen, done: done.promise, stop: () => running.stop() };
}

interface Seen {
  updates: { update_id: number }[];
  said: string[];
  errors: string[];
  pausesSec: number[];
}

describe("asking Telegram for updates", () => {
  let sandbox: TelegramSandbox;
  beforeEach(async () => {
    sandbox = await startTelegramSandbox({ token });
  });
  afterEach(() => sandbox.close());

  it("brings each message once, in order, also after one that could not be answered", async () => {
    const ids = [1, 2].map(() => sandbox.say({ message }));
    const { seen, done, stop } = listening(
      grammyPolling({ token, apiRoot: sandbox.url }),
      ({ updates }) => updates.length === 3,
    );
    ids.push(sandbox.say({ message }));
    await done;
    await stop();
    expect(seen.updates.map(({ update_id: id }) => id)).toEqual(ids);
    expect(seen.said).toEqual(["listening"]);
    expect(seen.errors).toEqual(["Error: the first one fails"]);
  });

  it("leaves a webhook alone, and says so once", async () => {
    sandbox.webhook.url = "https://elsewhere.example/hook";
    const { seen, done, stop } = listening(
      grammyPolling({ token, apiRoot: sandbox.url }),
      ({ pausesSec }) => pausesSec.length === 3,
    );
    await done;
    await stop();
    expect(seen.said).toEqual(["webhook"]);
    const methods = new Set(sandbox.requests.map(({ path }) => path.split("/").at(-1)));
    expect([...methods]).toEqual(["getWebhookInfo"]);
  });

  it("stops at once while it waits for a message", async () => {
    const { done, stop, seen } = listening(
      grammyPolling({ token, apiRoot: sandbox.url, waitSec: 25 }),
      ({ said }) => said.length > 0,
    );
    await done;
    await stop();
    expect(seen.errors).toEqual([]);
  });
});

it.each([
  ["knows no updates", { ok: true, result: { message_id: 1 } }],
  ["refuses everything", { ok: false, error_code: 404, description: "Not Found" }],
  ["is no Telegram at all", "<html>"],
  ["has no updates and does not wait", { ok: true, result: [] }],
])("a server that %s is asked in growing pauses, and the log hears of it once", async (_what, body) => {
  const server = await serveSandbox(() => ({ body }));
  const polling = grammyPolling({ token, apiRoot: server.url });
  const { seen, done, stop } = listening(polling, ({ pausesSec }) => pausesSec.length === 10);
  await done;
  await stop();
  expect(seen.said).toHaveLength(1);
  expect(seen.pausesSec.slice(0, 10)).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
  for (const error of seen.errors) expect(error).not.toContain(token);
  await server.close();
});
