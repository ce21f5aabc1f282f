import { makeAlarms } from "./alarms.ts";
import { makeDashboard } from "./dashboard.ts";
import { makeApi } from "./http.ts";
import { makeFunctions } from "./make-functions.ts";
import { prefixOf } from "./names.ts";
import { makeQueues, notifyOfUploads, subscribe } from "./queues.ts";
import { makeSchedules } from "./schedules.ts";
import { makeSecrets } from "./secrets.ts";
import { readSettings } from "./settings.ts";
import { makeBucket } from "./storage.ts";

/** The whole deployment. What it answers, `sst deploy` prints. */
export function makeCloud() {
  const queuePrefix = prefixOf($app.stage);
  // First, so that nothing is made of a deployment that lacks something.
  const settings = readSettings(process.env);
  const secrets = makeSecrets();
  const bucket = makeBucket(settings);
  const queues = makeQueues();
  const functions = makeFunctions({ bucket, queues, secrets, settings });
  subscribe(queues, functions);
  notifyOfUploads(bucket, queues);
  const api = makeApi(functions);
  makeSchedules(functions, settings);
  const topic = makeAlarms(functions, api, settings);
  const dashboard = makeDashboard();
  return {
    address: api.url,
    bitrix24Webhook: $interpolate`${api.url}/webhooks/bitrix24`,
    telegramWebhook: $interpolate`${api.url}/webhooks/telegram`,
    mcp: $interpolate`${api.url}/mcp`,
    health: $interpolate`${api.url}/health`,
    bucket: bucket.name,
    queuePrefix,
    alarms: topic.arn,
    dashboard: dashboard.dashboardName,
  };
}
