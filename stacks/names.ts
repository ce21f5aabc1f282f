import type { StageName } from "../events/pipeline.ts";
import type { FunctionName } from "./functions.ts";

/** What everything is called. The deployment's name is in it, so that several live in one account and none touches another's. */

/** A function's name has 64 characters at most (Lambda docs, CreateFunction), of which ours takes up to 25. */
const MAX_DEPLOYMENT_NAME = 32;

/** `deployment` is SST's stage: production, dev, a person's name. */
export function prefixOf(deployment: string): string {
  if (deployment.length <= MAX_DEPLOYMENT_NAME && /^[a-z0-9][a-z0-9-]*$/i.test(deployment))
    return `call-quality-${deployment}-`;
  throw new Error(
    `--stage ${deployment} is no name for a deployment: 1 to ${MAX_DEPLOYMENT_NAME} of A-Z a-z 0-9 - are expected`,
  );
}

export const queueName = (deployment: string, stage: StageName) => `${prefixOf(deployment)}${stage}`;
/** As the queue's driver looks for it. */
export const deadQueueName = (deployment: string, stage: StageName) => `${queueName(deployment, stage)}-dlq`;
export const functionName = (deployment: string, name: FunctionName) => `${prefixOf(deployment)}${name}`;
export const alarmName = (deployment: string, what: string) => `${prefixOf(deployment)}${what}`;
/** Of the metrics that the functions write themselves. */
export const metricsNamespace = (deployment: string) => `CallQualityAnalyst/${deployment}`;

/** As Pulumi's tree has it: `DeadLetters` of `ingest` is `IngestDeadLetters`. */
export const componentName = (name: string, what = "") => `${name[0]?.toUpperCase()}${name.slice(1)}${what}`;
