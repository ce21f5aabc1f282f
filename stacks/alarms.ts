import { type Alarm, alarmsOf, VENDOR_PAUSED } from "./alarm-list.ts";
import type { Functions } from "./make-functions.ts";
import { alarmName, componentName, metricsNamespace } from "./names.ts";
import type { Settings } from "./settings.ts";

/** What a person is woken for, and where it is told. */

export function makeAlarms(
  functions: Functions,
  api: sst.aws.ApiGatewayV2,
  settings: Settings,
): aws.sns.Topic {
  const topic = makeTopic(settings);
  countVendorPauses(functions);
  for (const alarm of alarmsOf($app.stage, api.nodes.api.id, settings)) makeAlarm(alarm, topic);
  return topic;
}

function makeAlarm(alarm: Alarm<$util.Output<string>>, topic: aws.sns.Topic): void {
  const { name, says, periodSec, periods = 1, above, below } = alarm;
  const parts = name.split("-").map((part) => componentName(part));
  new aws.cloudwatch.MetricAlarm(`${parts.join("")}Alarm`, {
    name: alarmName($app.stage, name),
    alarmDescription: says,
    namespace: alarm.namespace,
    metricName: alarm.metric,
    dimensions: alarm.dimensions,
    statistic: alarm.statistic,
    period: periodSec,
    evaluationPeriods: periods,
    ...(below === undefined
      ? {
          comparisonOperator: "GreaterThanThreshold",
          threshold: above ?? 0,
          treatMissingData: "notBreaching",
        }
      : { comparisonOperator: "LessThanThreshold", threshold: below, treatMissingData: "breaching" }),
    alarmActions: [topic.arn],
    okActions: [topic.arn],
  });
}

/** Not encrypted by a key: CloudWatch may not use the account's own for SNS, and an alarm holds names and numbers alone. */
function makeTopic({ alarmEmail }: Settings): aws.sns.Topic {
  const topic = new aws.sns.Topic("Alarms", { name: alarmName($app.stage, "alarms") });
  if (alarmEmail !== undefined)
    new aws.sns.TopicSubscription("AlarmsByEmail", {
      topic: topic.arn,
      protocol: "email",
      endpoint: alarmEmail,
    });
  return topic;
}

/** The stage `report` hears of every vendor that is left alone, and its log line says so (functions/lambda.ts). */
function countVendorPauses({ report }: Functions): void {
  new aws.cloudwatch.LogMetricFilter("VendorPausedFilter", {
    name: alarmName($app.stage, "vendor-paused"),
    logGroupName: report.nodes.logGroup.apply((group) => $util.output(group?.name ?? "")),
    pattern: '{ $.stage = "report" && $.event_type = "vendor.paused" && $.outcome = "done" }',
    metricTransformation: {
      namespace: metricsNamespace($app.stage),
      name: VENDOR_PAUSED,
      value: "1",
      unit: "Count",
    },
  });
}
