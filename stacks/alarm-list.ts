import { stageNames, visibilitySec } from "../events/pipeline.ts";
import type { FunctionName } from "./functions.ts";
import { deadQueueName, functionName, metricsNamespace, queueName } from "./names.ts";

/** What a person is woken for, as data. */

export interface Alarm<Id = string> {
  /** After the deployment's prefix. */
  name: string;
  /** What it means, and what to do about it. */
  says: string;
  namespace: string;
  metric: string;
  dimensions: Record<string, string | Id>;
  statistic: "Maximum" | "Sum";
  periodSec: number;
  periods?: number;
  /** Fires above it; `below` of it fires below. */
  above?: number;
  below?: number;
}

/** The longest pause that a message is given, once it comes again after a failure or has to wait for a vendor. */
const LONGEST_PAUSE_SEC = 900;
const FIVE_MINUTES = 300;
const SWEEPS_MISSED = 3;
/** Of the metrics that are counted out of the log. */
export const VENDOR_PAUSED = "VendorPaused";

/** `apiId`: how the address is called in metrics, known once it is made. */
export function alarmsOf<Id>(
  deployment: string,
  apiId: Id,
  { sweepEverySec }: { sweepEverySec: number },
): Alarm<Id>[] {
  return [
    ...stageNames.flatMap((stage) => onQueue(deployment, stage)),
    ...unanswered.map((name) => onErrors(deployment, name)),
    onApi(apiId),
    onVendor(deployment),
    onSweep(deployment, sweepEverySec),
  ];
}

function onQueue(deployment: string, stage: (typeof stageNames)[number]): Alarm<never>[] {
  return [
    {
      name: `dead-letters-${stage}`,
      says: "Calls have failed for good until somebody looks: `deploy/cqa-aws status` names the reason, `deploy/cqa-aws redrive` sends them back.",
      namespace: "AWS/SQS",
      metric: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: deadQueueName(deployment, stage) },
      statistic: "Maximum",
      periodSec: FIVE_MINUTES,
      above: 0,
    },
    {
      name: `oldest-message-${stage}`,
      says: `The stage ${stage} does not keep up, or does not run: look at its errors and its log.`,
      namespace: "AWS/SQS",
      metric: "ApproximateAgeOfOldestMessage",
      dimensions: { QueueName: queueName(deployment, stage) },
      statistic: "Maximum",
      periodSec: FIVE_MINUTES,
      above: oldestMessageSec(stage),
    },
  ];
}

/**
 * "Later" is sent anew and is young again, so what grows old is not handled at all. The longest that is in order: one run that died and hid
 * its message for the whole visibility, after a pause.
 */
function oldestMessageSec(stage: (typeof stageNames)[number]): number {
  return visibilitySec(stage) + LONGEST_PAUSE_SEC;
}

/** Functions that answer nobody. Of the others the gateway counts every answer that fails, a refused start too, for the price of one alarm. */
export const unanswered = [...stageNames, "sweep", "schedule"] as const satisfies readonly FunctionName[];

function onErrors(deployment: string, name: FunctionName): Alarm<never> {
  return {
    name: `errors-${name}`,
    says: `The function ${name} crashed, ran out of time or memory, or is set wrongly: its log says which variable.`,
    namespace: "AWS/Lambda",
    metric: "Errors",
    dimensions: { FunctionName: functionName(deployment, name) },
    statistic: "Sum",
    periodSec: FIVE_MINUTES,
    above: 0,
  };
}

function onApi<Id>(apiId: Id): Alarm<Id> {
  return {
    name: "api-5xx",
    says: "Whoever asks from outside is answered with errors: look at the logs of webhook, bot, mcp and health, and whether the account's limit of concurrent functions is reached. The sweep finds calls whose notice was refused.",
    namespace: "AWS/ApiGateway",
    metric: "5xx",
    dimensions: { ApiId: apiId },
    statistic: "Sum",
    periodSec: FIVE_MINUTES,
    above: 0,
  };
}

function onVendor(deployment: string): Alarm<never> {
  return {
    name: "vendor-paused",
    says: "A vendor refuses us or is down and is left alone: a key, the money or the vendor; GET /health names it. Calls wait up to 13 days.",
    namespace: metricsNamespace(deployment),
    metric: VENDOR_PAUSED,
    dimensions: {},
    statistic: "Sum",
    periodSec: FIVE_MINUTES,
    above: 0,
  };
}

/** Says nothing when all is well, so its silence is the alarm. */
function onSweep(deployment: string, sweepEverySec: number): Alarm<never> {
  return {
    name: "sweep-silent",
    says: "The sweep has not run: calls whose notice was lost are not found. Look at its schedule and at the account's limits.",
    namespace: "AWS/Lambda",
    metric: "Invocations",
    dimensions: { FunctionName: functionName(deployment, "sweep") },
    statistic: "Sum",
    periodSec: Math.max(600, Math.ceil(sweepEverySec / 60) * 60),
    periods: SWEEPS_MISSED,
    below: 1,
  };
}
