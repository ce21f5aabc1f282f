import { expect } from "vitest";
import { stageNames, visibilitySec } from "../../events/pipeline.ts";
import { functionNames } from "../../stacks/functions.ts";
import { alarmName, functionName, metricsNamespace } from "../../stacks/names.ts";
import { unversionedPrefixes, versionedPrefixes } from "../../stacks/retention.ts";
import type { Checks } from "./checks.ts";
import type { CloudView } from "./cloud-view.ts";

/** What is kept for how long, what a person is told of, and what AWS would refuse only at the deployment itself. */
export const operationChecks: Checks = {
  "older versions are kept of what people write, and of nothing else": (cloud) => {
    expect(cloud.one("aws:s3/bucketVersioning:BucketVersioning").versioningConfiguration.status).toBe(
      "Enabled",
    );
    const days = Object.fromEntries(
      rulesOf(cloud).flatMap(({ filter, noncurrentVersionExpiration: versions }) =>
        versions ? [[filter.prefix, versions.noncurrentDays]] : [],
      ),
    );
    expect(days).toEqual({
      ...Object.fromEntries(versionedPrefixes.map((prefix) => [prefix, 365])),
      ...Object.fromEntries(unversionedPrefixes.map((prefix) => [prefix, 1])),
    });
  },

  "what was left of a broken upload goes after a day": (cloud) => {
    const rules = rulesOf(cloud).filter(({ abortIncompleteMultipartUpload: abort }) => abort);
    expect(rules).toMatchObject([
      { filter: { prefix: "" }, abortIncompleteMultipartUpload: { daysAfterInitiation: 1 } },
    ]);
  },

  "logs are kept for a month, as JSON": (cloud) => {
    const groups = cloud.of("aws:cloudwatch/logGroup:LogGroup");
    expect(groups).toHaveLength(functionNames.length + 1);
    for (const { retentionInDays, name } of groups) expect(retentionInDays, name).toBe(30);
    for (const name of functionNames) expect(cloud.lambda(name).loggingConfig.logFormat, name).toBe("JSON");
  },

  "traces are taken of calls and of people's questions": (cloud) => {
    const modes = functionNames.map((name) => [name, cloud.lambda(name).tracingConfig.mode]);
    const untraced = ["health", "sweep", "schedule"];
    expect(modes).toEqual(
      functionNames.map((name) => [name, untraced.includes(name) ? "PassThrough" : "Active"]),
    );
  },

  "a dead letter of any stage is told": (cloud) => {
    for (const stage of stageNames)
      expect(alarm(`dead-letters-${stage}`, cloud)).toMatchObject({
        metricName: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: cloud.deadQueue(stage).name },
        comparisonOperator: "GreaterThanThreshold",
        threshold: 0,
      });
  },

  "a message that nobody handles is told, and one that waits for a second try is not": (cloud) => {
    for (const stage of stageNames) {
      const { dimensions, metricName, threshold } = alarm(`oldest-message-${stage}`, cloud);
      expect({ dimensions, metricName }).toEqual({
        dimensions: { QueueName: cloud.queue(stage).name },
        metricName: "ApproximateAgeOfOldestMessage",
      });
      expect(threshold).toBeGreaterThan(visibilitySec(stage));
      expect(threshold).toBeLessThanOrEqual(3600);
    }
  },

  "an error of any function that answers nobody is told": (cloud) => {
    for (const name of [...stageNames, "sweep", "schedule"] as const)
      expect(alarm(`errors-${name}`, cloud)).toMatchObject({
        namespace: "AWS/Lambda",
        metricName: "Errors",
        dimensions: { FunctionName: functionName(cloud.stage, name) },
        threshold: 0,
      });
  },

  "an answer over HTTP that failed is told": (cloud) => {
    const { apiId } = cloud.one("aws:apigatewayv2/stage:Stage");
    expect(alarm("api-5xx", cloud)).toMatchObject({ metricName: "5xx", dimensions: { ApiId: apiId } });
  },

  "a vendor that is left alone is told, out of the log of the stage that hears of it": (cloud) => {
    const filter = cloud.one("aws:cloudwatch/logMetricFilter:LogMetricFilter");
    expect(filter.logGroupName).toBe(`/aws/lambda/${functionName(cloud.stage, "report")}`);
    expect(filter.pattern).toContain('$.event_type = "vendor.paused"');
    const { namespace, name } = filter.metricTransformation;
    expect(alarm("vendor-paused", cloud)).toMatchObject({ namespace, metricName: name, threshold: 0 });
    // The filter counts without dimensions, and an alarm on others would never fire.
    expect(alarm("vendor-paused", cloud).dimensions).toEqual({});
  },

  "a sweep that has not run for half an hour is told, although nothing is heard of it": (cloud) => {
    const made = alarm("sweep-silent", cloud);
    expect(made).toMatchObject({
      metricName: "Invocations",
      dimensions: { FunctionName: functionName(cloud.stage, "sweep") },
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      treatMissingData: "breaching",
    });
    expect(made.period * made.evaluationPeriods).toBe(1800);
  },

  "every alarm is told to the topic, its end as well, and says what to do": (cloud) => {
    const topic = String(cloud.outputs.alarms);
    for (const { alarmActions, okActions, alarmDescription, name } of alarms(cloud)) {
      expect([alarmActions, okActions], name).toEqual([[topic], [topic]]);
      expect(alarmDescription.length, name).toBeGreaterThan(20);
    }
  },

  "the dashboard shows outcomes, queues, dead letters, errors, durations and vendors": (cloud) => {
    const { dashboardBody } = cloud.one("aws:cloudwatch/dashboard:Dashboard");
    const shown = JSON.parse(dashboardBody).widgets.flatMap(
      ({ properties }: { properties: { metrics: string[][] } }) =>
        properties.metrics.map(([, metric]) => metric),
    );
    expect([...new Set(shown)].sort()).toEqual([
      "ApproximateAgeOfOldestMessage",
      "ApproximateNumberOfMessagesVisible",
      "Duration",
      "Errors",
      "VendorPaused",
      "outcome.done",
      "outcome.error",
      "outcome.failed",
      "outcome.skipped",
    ]);
  },

  "the functions count where the dashboard looks": (cloud) => {
    for (const name of functionNames)
      expect(cloud.environment(name).POWERTOOLS_METRICS_NAMESPACE, name).toBe(metricsNamespace(cloud.stage));
    expect(cloud.one("aws:cloudwatch/dashboard:Dashboard").dashboardBody).toContain(
      JSON.stringify([metricsNamespace(cloud.stage), "outcome.done"]).slice(0, -1),
    );
  },

  "names are as long as AWS lets them be": (cloud) => {
    const most: Readonly<Record<string, number>> = {
      "aws:lambda/function:Function": 64,
      "aws:iam/role:Role": 64,
      "aws:scheduler/schedule:Schedule": 64,
      "aws:sqs/queue:Queue": 80,
      "aws:cloudwatch/metricAlarm:MetricAlarm": 255,
      "aws:s3/bucket:Bucket": 63,
    };
    for (const [type, length] of Object.entries(most))
      for (const { name, bucket } of cloud.of(type))
        expect((name ?? bucket).length, type).toBeLessThanOrEqual(length);
  },

  "no function runs longer than Lambda's fifteen minutes": (cloud) => {
    for (const { timeout, name } of cloud.of("aws:lambda/function:Function"))
      expect(timeout, name).toBeLessThanOrEqual(900);
  },

  "no lifecycle has more rules than S3 takes, nor two of one name": (cloud) => {
    const ids = rulesOf(cloud).map(({ id }) => id);
    expect(ids.length).toBeLessThanOrEqual(1000);
    expect(new Set(ids).size).toBe(ids.length);
  },
};

interface LifecycleRule {
  id: string;
  filter: { prefix: string };
  noncurrentVersionExpiration?: { noncurrentDays: number };
  abortIncompleteMultipartUpload?: { daysAfterInitiation: number };
  expiration?: { days?: number; expiredObjectDeleteMarker?: boolean };
}

export function rulesOf(cloud: CloudView): LifecycleRule[] {
  return cloud.one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").rules;
}

function alarms(cloud: CloudView) {
  return cloud.of("aws:cloudwatch/metricAlarm:MetricAlarm");
}

function alarm(what: string, cloud: CloudView) {
  const found = alarms(cloud).filter(({ name }) => name === alarmName(cloud.stage, what));
  expect(found, what).toHaveLength(1);
  return found[0];
}
