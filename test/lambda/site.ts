import { startFauxqs } from "fauxqs";
import { sqsQueue } from "../../adapters/queue/sqs.ts";
import { ensureQueues } from "../../adapters/queue/sqs-ensure-queues.ts";
import { s3Store } from "../../adapters/store/s3.ts";
import { dayIn } from "../../core/call.ts";
import { fastClock } from "../../core/clock.ts";
import type { Store } from "../../core/ports/store.ts";
import { type Queue, queueDefinitions } from "../../functions/deps.ts";
import { type SandboxPortal, startSandboxPortal } from "../../local/sandbox/portal.ts";
import { loadScenario, type Scenario } from "../../local/sandbox/scenario.ts";
import { seedChecklists } from "../../local/seed-checklists.ts";
import { type FunctionName, functions } from "../../stacks/functions.ts";
import { prefixOf } from "../../stacks/names.ts";
import { companyVariables, variablesOf } from "../../stacks/variables.ts";
import { serveS3 } from "../adapters/store/s3-server.ts";
import { refusedRequests } from "../stacks/refused-requests.ts";

/** What stands around the functions in a cloud: a bucket, queues with their dead letters, and the vendors. */
export interface Site {
  scenario: Scenario;
  /** On which the calls of the scenario were made: yesterday, so that the sweep looks at them. */
  day: string;
  portal: SandboxPortal;
  store: Store;
  queue: Queue;
  /** What the stack would set for a function, and no more. */
  envOf(name: FunctionName): Record<string, string>;
  /** Requests to the bucket that the function's policy would have refused. */
  refused(): string[];
  close(): Promise<void>;
}

export const ADMIN_TOKEN = "the-admin-token";
export const TELEGRAM_SECRET = "telegram-secret";
export const TENANT = "default";
const BUCKET = "call-quality-test";
const TIME_ZONE = "Europe/Moscow";
const VENDORS_SPEED = 10;
const DAY_MS = 86_400_000;

export async function openSite(): Promise<Site> {
  const { scenario, day } = await loadYesterday();
  // The recogniser is quicker than a real one: the functions have the system's clock and look again after seconds.
  const now = Date.now();
  const portal = await startSandboxPortal(scenario, fastClock(VENDORS_SPEED, now, now));
  const s3 = await serveS3({ bucket: BUCKET });
  const fauxqs = await startFauxqs({ port: 0, logger: false });
  const sqs = `http://127.0.0.1:${fauxqs.port}`;
  const credentials = { accessKeyId: "key", secretAccessKey: "secret" };
  const connection = { endpoint: sqs, region: "us-east-1", namePrefix: prefixOf("test"), credentials };
  await ensureQueues({ ...connection, queues: queueDefinitions });
  const store = s3Store({ bucket: BUCKET, endpoint: s3.endpoint, region: "us-east-1", credentials });
  await seedChecklists(store, TENANT, "ru");
  const company: Record<string, string | undefined> = {
    ...portal.env,
    TENANT,
    TIME_ZONE,
    LOCALE: "ru",
    // A company's key, with which all recordings are recognised at once.
    SALUTESPEECH_SCOPE: "SALUTE_SPEECH_CORP",
    TELEGRAM_WEBHOOK_SECRET: TELEGRAM_SECRET,
    ADMIN_TOKEN,
  };
  return {
    scenario,
    day,
    portal,
    store,
    queue: sqsQueue({ ...connection, queues: queueDefinitions }),
    envOf(name) {
      const own = [...companyVariables, ...functions[name].variables.flatMap((group) => variablesOf[group])];
      return {
        BUCKET,
        QUEUE_PREFIX: prefixOf("test"),
        AWS_ENDPOINT_URL_S3: s3.endpoint,
        AWS_ENDPOINT_URL_SQS: sqs,
        ...Object.fromEntries(own.flatMap((variable) => pair(variable, company[variable]))),
      };
    },
    refused: () => [...new Set(refusedRequests(s3.requests))],
    async close() {
      await Promise.all([portal.close(), s3.close(), fauxqs.stop()]);
    },
  };
}

const pair = (name: string, value: string | undefined): [string, string][] =>
  value === undefined ? [] : [[name, value]];

/** The scenario's calls with all their days moved. */
async function loadYesterday(): Promise<{ scenario: Scenario; day: string }> {
  const scenario = await loadScenario();
  const day = dayIn(TIME_ZONE, new Date(Date.now() - DAY_MS));
  const [first] = scenario.calls;
  if (!first) throw new Error("the scenario has no calls");
  const moveMs = Date.parse(day) - Date.parse(dayIn(TIME_ZONE, new Date(first.startedAt)));
  const moved = (startedAt: string) =>
    new Date(Date.parse(startedAt) + moveMs).toISOString().replace("Z", "+00:00");
  const calls = scenario.calls.map((call) => ({
    ...call,
    startedAt: moved(call.startedAt),
    // Its file has been there since long.
    recordingAfterSec: 0,
  }));
  return { scenario: { ...scenario, calls }, day };
}
