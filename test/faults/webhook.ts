import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { bitrix24Webhook } from "../../adapters/crm/bitrix24-webhook.ts";
import { sqliteQueue } from "../../adapters/queue/sqlite.ts";
import type { Clock } from "../../core/clock.ts";
import type { QueueSender } from "../../core/ports/queue.ts";
import { defaultSettings } from "../../core/settings.ts";
import { closeDeps, configure } from "../../functions/deps.ts";
import { receiveWebhook } from "../../functions/ingest/webhook.ts";
import { handler } from "../../functions/ingest/webhook-handler.ts";
import { onHttp } from "../../functions/lambda-http.ts";
import { type HttpHandler, serveHttp } from "../../local/http.ts";
import { scriptedSqs } from "../adapters/queue/scripted-sqs.ts";
import { closedDoor } from "./broken.ts";
import { queueDefinitions } from "./line.ts";
import { logOf } from "./log-of.ts";
import { play } from "./play.ts";
import { type FaultTable, rowOf } from "./row.ts";
import { calls } from "./sandbox.ts";
import { sentenceOf } from "./sentence.ts";

const row = rowOf("webhook");

const nativeId = calls[0]?.nativeId ?? "";
const aws = { AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret" };

interface WayIn {
  handler: HttpHandler;
  /** The process ends then, whatever it has in hand. */
  dies?: Promise<void>;
  close?(): void;
}

/**
 * The portal posts the call's notice to the way in as it is given here; what is taken goes on, and otherwise the sweep has to find the call
 * ten minutes later.
 */
async function posted(
  open: (clock: Clock, folder: string) => Promise<WayIn>,
  options: { token?: string } = {},
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "call-quality-faults-"));
  let status = 0;
  try {
    const facts = await play({
      isAnnounced: false,
      fault: async (world) => {
        const way = await open(world.clock, folder);
        const http = await serveHttp({
          port: 0,
          routes: { "/webhooks/bitrix24": way.handler },
        });
        const url = `http://127.0.0.1:${http.port}/webhooks/bitrix24`;
        await logOf(async () => {
          const answered = world.bitrix24.postWebhook(url, nativeId, options).catch(() => 0);
          await Promise.race([answered, ...(way.dies ? [way.dies] : [])]);
          await http.close(0);
          status = await answered;
        });
        await way.close?.();
      },
      after: async (world) => {
        world.clock.advance(600);
        await world.sweep();
        await world.runOn();
      },
    });
    return `the portal hears ${status || "nothing"}; found by the next sweep; ${sentenceOf(facts)}`;
  } finally {
    closeDeps();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The deployed handler in this environment. */
const deployed = (env: Record<string, string>) => async (clock: Clock, folder: string) => {
  configure({
    env: { DATA_DIR: join(folder, "data"), BITRIX24_APPLICATION_TOKEN: "sandbox-application-token", ...env },
    clock,
  });
  return { handler };
};

/** The way in before this queue. */
function before(queue: QueueSender & { close?(): void }, clock: Clock) {
  const ports = {
    webhook: bitrix24Webhook({ applicationToken: "sandbox-application-token" }),
    queue,
    clock,
    tenant: "default",
    settingsOf: async () => defaultSettings,
  };
  return { handler: onHttp(receiveWebhook, async () => ports), close: () => queue.close?.() };
}

export const webhookFaults: FaultTable = {
  vendor: "The notice of the portal",
  rows: [
    row(
      "SQS cannot be reached",
      "the portal hears 503; found by the next sweep; scored; paid once",
      async () => {
        const door = await closedDoor();
        return posted(deployed({ AWS_ENDPOINT_URL_SQS: door.url, ...aws }));
      },
    ),
    row(
      "SQS refuses the key (403)",
      "the portal hears 503; found by the next sweep; scored; paid once",
      async () => {
        const sqs = await scriptedSqs(() => ({
          status: 403,
          body: { __type: "com.amazonaws.sqs#InvalidClientTokenId", message: "no" },
        }));
        try {
          return await posted(deployed({ AWS_ENDPOINT_URL_SQS: sqs.endpoint, ...aws }));
        } finally {
          await sqs.close();
        }
      },
    ),
    row(
      "there is no such queue",
      "the portal hears 503; found by the next sweep; scored; paid once",
      async () => {
        const sqs = await scriptedSqs(() => ({
          status: 400,
          body: { __type: "com.amazonaws.sqs#QueueDoesNotExist", message: "no" },
        }));
        try {
          return await posted(deployed({ AWS_ENDPOINT_URL_SQS: sqs.endpoint, ...aws }));
        } finally {
          await sqs.close();
        }
      },
    ),
    row(
      "the folder of the embedded queue is no folder",
      "the portal hears 503; found by the next sweep; scored; paid once",
      async () =>
        posted(async (clock, folder) => {
          await writeFile(join(folder, "data"), "");
          return deployed({})(clock, folder);
        }),
    ),
    row(
      "the embedded queue's disk is full",
      "the portal hears 503; found by the next sweep; scored; paid once",
      () =>
        posted(async (clock, folder) => {
          const queue = sqliteQueue({
            file: join(folder, "queues.sqlite"),
            clock,
            queues: queueDefinitions,
            maxFileBytes: 24_576,
          });
          const full = await fill(queue);
          return before(full, clock);
        }),
    ),
    row(
      "another program holds the embedded queue's file",
      "the portal hears 503; found by the next sweep; scored; paid once",
      () =>
        posted(async (clock, folder) => {
          const file = join(folder, "queues.sqlite");
          const queue = sqliteQueue({ file, clock, queues: queueDefinitions, busyTimeoutMs: 20 });
          await queue.stats("ingest");
          const backup = new DatabaseSync(file);
          backup.exec("BEGIN IMMEDIATE");
          const way = before(queue, clock);
          return {
            ...way,
            close: () => {
              backup.close();
              way.close();
            },
          };
        }),
    ),
    row(
      "the file of the embedded queue is damaged",
      "the portal hears 503; found by the next sweep; scored; paid once",
      () =>
        posted(async (clock, folder) => {
          const file = join(folder, "queues.sqlite");
          await writeFile(file, Buffer.alloc(8192, "not a queue"));
          return before(sqliteQueue({ file, clock, queues: queueDefinitions }), clock);
        }),
    ),
    row("a forged notice (401)", "the portal hears 401; found by the next sweep; scored; paid once", () =>
      posted(deployed({}), { token: "forged" }),
    ),
    row("no token is configured", "the portal hears 401; found by the next sweep; scored; paid once", () =>
      posted(deployed({ BITRIX24_APPLICATION_TOKEN: "" })),
    ),
    row(
      "the process is killed before it answers",
      "the portal hears nothing; found by the next sweep; scored; paid once",
      () =>
        posted(async (clock) => {
          const asked = Promise.withResolvers<void>();
          const send = () => {
            asked.resolve();
            return new Promise<void>(() => {});
          };
          return { ...before({ send }, clock), dies: asked.promise };
        }),
    ),
  ],
};

/** Until not even a short message has room. */
async function fill<Queue extends QueueSender>(queue: Queue): Promise<Queue> {
  for (const body of ["x".repeat(2000), "x"]) {
    let isFull = false;
    while (!isFull) {
      isFull = await queue.send("report", [{ body }]).then(
        () => false,
        () => true,
      );
    }
  }
  return queue;
}
