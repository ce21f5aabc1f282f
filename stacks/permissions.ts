import { stageNames } from "../events/pipeline.ts";
import { type BucketRights, type FunctionName, functions } from "./functions.ts";
import type { Queues } from "./queues.ts";

/** What each function may do, and nothing else: written out, because a `link` of SST grants everything on the bucket and the queues. */
export function permissionsOf(name: FunctionName, bucket: sst.aws.Bucket, queues: Queues) {
  const { bucket: rights, sends, countsQueues } = functions[name];
  return [...onBucket(rights, bucket), ...onQueues(name, queues, sends, countsQueues), traces];
}

/** Neither has a resource to name (X-Ray docs, identity-based policies). */
const traces = { actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources: ["*"] };

function onBucket({ reads, writes, deletes = [] }: BucketRights, { arn }: sst.aws.Bucket) {
  const keys = (patterns: readonly string[]) => patterns.map((pattern) => $interpolate`${arn}/${pattern}`);
  const reading = [
    { actions: ["s3:GetObject"], resources: keys(reads) },
    {
      // Without it S3 calls an absent object forbidden. Whether it takes the key that was asked for as the prefix then is not documented
      // (Ceph's developers found that it does), so the condition also holds where there is no prefix. A list of keys without one names no person.
      actions: ["s3:ListBucket"],
      resources: [arn],
      conditions: [{ test: "StringLikeIfExists", variable: "s3:prefix", values: [...reads] }],
    },
  ];
  return [
    ...(reads.length > 0 ? reading : []),
    ...(writes.length > 0
      ? [{ actions: ["s3:PutObject", "s3:AbortMultipartUpload"], resources: keys(writes) }]
      : []),
    ...(deletes.length > 0 ? [{ actions: ["s3:DeleteObject"], resources: keys(deletes) }] : []),
  ];
}

function onQueues(
  name: FunctionName,
  queues: Queues,
  sends: (typeof functions)[FunctionName]["sends"],
  countsQueues = false,
) {
  const own = stageNames.find((stage) => stage === name);
  const all = stageNames.flatMap((stage) => [queues[stage].messages.arn, queues[stage].deadLetters.arn]);
  return [
    ...(sends.length > 0
      ? [
          {
            actions: ["sqs:SendMessage", "sqs:GetQueueUrl"],
            resources: sends.map((stage) => queues[stage].messages.arn),
          },
        ]
      : []),
    ...(own
      ? [
          {
            actions: [
              ...["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
              // A message that failed comes back after a pause of its own.
              ...["sqs:ChangeMessageVisibility", "sqs:GetQueueUrl"],
            ],
            resources: [queues[own].messages.arn],
          },
        ]
      : []),
    ...(countsQueues ? [{ actions: ["sqs:GetQueueAttributes", "sqs:GetQueueUrl"], resources: all }] : []),
  ];
}
