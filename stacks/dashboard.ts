import { type StageName, stageNames } from "../events/pipeline.ts";
import { VENDOR_PAUSED } from "./alarm-list.ts";
import { functionNames } from "./functions.ts";
import { alarmName, deadQueueName, functionName, metricsNamespace, queueName } from "./names.ts";

/** One page: whether calls come through, what lies on the queues, what fails, how long it takes. */
export function makeDashboard(): aws.cloudwatch.Dashboard {
  return new aws.cloudwatch.Dashboard("Dashboard", {
    dashboardName: alarmName($app.stage, "overview"),
    dashboardBody: aws
      .getRegionOutput()
      .region.apply((region) => JSON.stringify(dashboardBody($app.stage, region))),
  });
}

type Metric = (string | Record<string, string>)[];

const WIDTH = 12;
const HEIGHT = 6;

function dashboardBody(deployment: string, region: string) {
  const namespace = metricsNamespace(deployment);
  const ofQueue = (metric: string, nameOf: (deployment: string, stage: StageName) => string): Metric[] =>
    stageNames.map((stage) => ["AWS/SQS", metric, "QueueName", nameOf(deployment, stage), { label: stage }]);
  const ofFunctions = (metric: string): Metric[] =>
    functionNames.map((name) => [
      "AWS/Lambda",
      metric,
      "FunctionName",
      functionName(deployment, name),
      { label: name },
    ]);
  const outcomes = (outcome: string): Metric[] =>
    stageNames.map((stage) => [
      namespace,
      `outcome.${outcome}`,
      "service",
      "call-quality-analyst",
      "stage",
      stage,
      { label: `${stage} ${outcome}` },
    ]);
  const widgets = [
    widget("Messages done with, by stage", outcomes("done"), "Sum"),
    widget(
      "Calls that could not be scored, and messages that failed",
      ["skipped", "failed", "error"].flatMap(outcomes),
      "Sum",
    ),
    widget("Messages that wait", ofQueue("ApproximateNumberOfMessagesVisible", queueName), "Maximum"),
    widget("Oldest message, seconds", ofQueue("ApproximateAgeOfOldestMessage", queueName), "Maximum"),
    widget("Dead letters", ofQueue("ApproximateNumberOfMessagesVisible", deadQueueName), "Maximum"),
    widget("Vendors left alone", [[namespace, VENDOR_PAUSED, { label: "paused" }]], "Sum"),
    widget("Errors of functions", ofFunctions("Errors"), "Sum"),
    widget("Duration, slowest of a hundred, milliseconds", ofFunctions("Duration"), "p99"),
  ];
  return {
    start: "-P1D",
    widgets: widgets.map((made, n) => ({
      ...made,
      x: (n % 2) * WIDTH,
      y: Math.floor(n / 2) * HEIGHT,
      width: WIDTH,
      height: HEIGHT,
    })),
  };

  function widget(title: string, metrics: Metric[], stat: string) {
    return { type: "metric", properties: { title, metrics, stat, region, period: 300, view: "timeSeries" } };
  }
}
