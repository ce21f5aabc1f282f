import { expect } from "vitest";
import { listenersOf, pipeline, stageNames } from "../../events/pipeline.ts";
import { functionNames, functions } from "../../stacks/functions.ts";
import { functionName } from "../../stacks/names.ts";
import type { Checks } from "./checks.ts";
import { statementsOf } from "./cloud-view.ts";

const DAY_SEC = 86_400;

/** Queues, functions, schedules, routes: whether the pipeline runs. */
export const pipelineChecks: Checks = {
  "each stage has its queue and a queue of dead letters, tried as often as the pipeline says": (cloud) => {
    expect(cloud.of("aws:sqs/queue:Queue")).toHaveLength(2 * stageNames.length);
    for (const stage of stageNames) {
      const policy = JSON.parse(cloud.queue(stage).redrivePolicy);
      expect(policy.maxReceiveCount).toBe(pipeline[stage].maxReceiveCount);
      expect(policy.deadLetterTargetArn).toMatch(new RegExp(`:${cloud.deadQueue(stage).name}$`));
    }
  },

  "a message stays hidden six times as long as its function may run": (cloud) => {
    for (const stage of stageNames)
      expect(cloud.queue(stage).visibilityTimeoutSeconds, stage).toBeGreaterThanOrEqual(
        6 * cloud.lambda(stage).timeout,
      );
  },

  "dead letters are kept for ten days longer than messages": (cloud) => {
    for (const stage of stageNames) {
      const { messageRetentionSeconds: keptSec } = cloud.queue(stage);
      expect(cloud.deadQueue(stage).messageRetentionSeconds - keptSec).toBeGreaterThanOrEqual(10 * DAY_SEC);
      expect(cloud.deadQueue(stage).messageRetentionSeconds).toBeLessThanOrEqual(14 * DAY_SEC);
    }
  },

  "queues are encrypted": (cloud) => {
    for (const queue of cloud.of("aws:sqs/queue:Queue"))
      expect(queue.sqsManagedSseEnabled, queue.name).toBe(true);
  },

  "of a batch only the messages come back that failed": (cloud) => {
    for (const stage of stageNames)
      expect(mappingOf(stage, cloud).functionResponseTypes, stage).toEqual(["ReportBatchItemFailures"]);
  },

  "a stage takes as many messages as the pipeline says": (cloud) => {
    for (const stage of stageNames)
      expect(mappingOf(stage, cloud).batchSize, stage).toBe(pipeline[stage].batchSize);
  },

  "a stage runs as often at once as its vendor stands, within AWS's 2 to 1000": (cloud) => {
    for (const stage of stageNames) {
      const { maximumConcurrency } = mappingOf(stage, cloud).scalingConfig ?? {};
      expect(maximumConcurrency, stage).toBe(pipeline[stage].concurrency);
      expect(maximumConcurrency).toBeGreaterThanOrEqual(2);
      expect(maximumConcurrency).toBeLessThanOrEqual(1000);
    }
  },

  "no function takes a part of the account's concurrency for itself, of which a new account has none to spare":
    (cloud) => {
      for (const name of functionNames)
        expect(cloud.lambda(name).reservedConcurrentExecutions, name).toBeUndefined();
    },

  "files under uploads/ are announced to ingest, large ones too": (cloud) => {
    const { bucket, queues } = cloud.one("aws:s3/bucketNotification:BucketNotification");
    expect(bucket).toBe(cloud.bucketName);
    expect(queues).toEqual([
      expect.objectContaining({ events: ["s3:ObjectCreated:*"], filterPrefix: "uploads/" }),
    ]);
    expect(queues[0].queueArn).toMatch(new RegExp(`:${cloud.queue("ingest").name}$`));
  },

  "only our own bucket may announce files": (cloud) => {
    const [statement, ...others] = statementsOf(cloud.one("aws:sqs/queuePolicy:QueuePolicy").policy);
    expect(others).toEqual([]);
    expect(statement?.principals).toEqual([{ type: "Service", identifiers: ["s3.amazonaws.com"] }]);
    const conditions = Object.fromEntries(
      (statement?.conditions ?? []).map(({ variable, values }) => [variable, values]),
    );
    expect(conditions["aws:SourceArn"]).toEqual([`arn:aws:s3:::${cloud.bucketName}`]);
    expect(conditions["aws:SourceAccount"]).toHaveLength(1);
  },

  "every function of the table is made, on arm64 and Node 24, with its own time and memory": (cloud) => {
    expect(cloud.of("aws:lambda/function:Function")).toHaveLength(functionNames.length);
    for (const name of functionNames) {
      const { timeoutSec, memoryMb, handler, install = [] } = functions[name];
      const made = cloud.lambda(name);
      expect(made).toMatchObject({ runtime: "nodejs24.x", architectures: ["arm64"] });
      expect(made).toMatchObject({ timeout: timeoutSec, memorySize: memoryMb });
      const build = cloud.builds.find((build) => build.handler === handler);
      expect(Object.keys(build?.properties.install ?? {})).toEqual([...install]);
    }
  },

  "every function that is asked over HTTP answers before the gateway gives up": (cloud) => {
    for (const name of ["webhook", "health"] as const) expect(cloud.lambda(name).timeout).toBeLessThan(30);
  },

  "the sweep runs every ten minutes and is not repeated": (cloud) => {
    expect(scheduleOf("sweep", cloud)).toMatchObject({
      scheduleExpression: "rate(10 minutes)",
      state: "ENABLED",
    });
    expect(repetitionsOf("sweep", cloud)).toBe(0);
  },

  "every five minutes it is looked whether a digest is due": (cloud) => {
    expect(scheduleOf("schedule", cloud).scheduleExpression).toBe("cron(0/5 * * * ? *)");
    expect(repetitionsOf("schedule", cloud)).toBe(0);
  },

  "one address has the paths of the contract and no other": (cloud) => {
    expect(cloud.of("aws:apigatewayv2/api:Api")).toHaveLength(1);
    const keys = cloud.of("aws:apigatewayv2/route:Route").map(({ routeKey }) => routeKey);
    expect(keys.sort()).toEqual([
      "ANY /mcp",
      "GET /health",
      "GET /mcp/recordings/{proxy+}",
      "POST /webhooks/bitrix24",
      "POST /webhooks/bitrix24/{tenant}",
      "POST /webhooks/telegram",
    ]);
  },

  "each path leads to its function": (cloud) => {
    const uris = Object.fromEntries(
      cloud.resources
        .filter(({ type }) => type === "aws:apigatewayv2/route:Route")
        .map(({ inputs }) => {
          const id = String(inputs.target).replace("integrations/", "");
          const integration = cloud.resources.find(
            (made) => made.type === "aws:apigatewayv2/integration:Integration" && made.id === id,
          );
          return [inputs.routeKey, String(integration?.inputs.integrationUri)];
        }),
    );
    for (const [routeKey, uri] of Object.entries(uris)) {
      const name = /bitrix24/.test(routeKey)
        ? "webhook"
        : /telegram/.test(routeKey)
          ? "bot"
          : /mcp/.test(routeKey)
            ? "mcp"
            : "health";
      expect(uri, routeKey).toMatch(new RegExp(`:function:${functionName(cloud.stage, name)}$`));
    }
  },

  "whoever floods the address starts no more than fifty functions a second": (cloud) => {
    const { defaultRouteSettings } = cloud.one("aws:apigatewayv2/stage:Stage");
    expect(defaultRouteSettings).toEqual({ throttlingRateLimit: 50, throttlingBurstLimit: 100 });
  },

  "the access log holds no path, query, address or body": (cloud) => {
    const { accessLogSettings } = cloud.one("aws:apigatewayv2/stage:Stage");
    expect(accessLogSettings.destinationArn).toMatch(/^arn:/);
    expect(Object.values(JSON.parse(accessLogSettings.format)).sort()).toEqual([
      "$context.integration.status",
      "$context.requestId",
      "$context.requestTime",
      "$context.responseLatency",
      "$context.routeKey",
      "$context.status",
    ]);
  },

  "every event finds the queues of those that hear it": () => {
    for (const stage of stageNames)
      for (const type of pipeline[stage].hears) expect(listenersOf(type)).toContain(stage);
  },
};

type Cloud = Parameters<Checks[string]>[0];

function mappingOf(stage: (typeof stageNames)[number], cloud: Cloud) {
  const found = cloud
    .of("aws:lambda/eventSourceMapping:EventSourceMapping")
    .filter(({ eventSourceArn }) => eventSourceArn.endsWith(`:${cloud.queue(stage).name}`));
  expect(found, stage).toHaveLength(1);
  expect(found[0].functionName).toMatch(new RegExp(`:${functionName(cloud.stage, stage)}$`));
  return found[0];
}

function scheduleOf(name: "sweep" | "schedule", cloud: Cloud) {
  const found = cloud
    .of("aws:scheduler/schedule:Schedule")
    .filter(({ target }) => target.arn.endsWith(`:${functionName(cloud.stage, name)}`));
  expect(found, name).toHaveLength(1);
  return found[0];
}

function repetitionsOf(name: "sweep" | "schedule", cloud: Cloud): number {
  const config = cloud
    .of("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig")
    .find(({ functionName: made }) => made === functionName(cloud.stage, name));
  return config?.maximumRetryAttempts + scheduleOf(name, cloud).target.retryPolicy.maximumRetryAttempts;
}
