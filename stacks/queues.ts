import { pipeline, type StageName, stageNames, visibilitySec } from "../events/pipeline.ts";
import { componentName, deadQueueName, queueName } from "./names.ts";

export interface StageQueue {
  messages: sst.aws.Queue;
  deadLetters: sst.aws.Queue;
}
export type Queues = Readonly<Record<StageName, StageQueue>>;

const DAY_SEC = 86_400;
const RETENTION_SEC = 4 * DAY_SEC;
/** The longest there is. A dead letter keeps the time it was first sent (SQS docs, dead-letter queues), so less than the queue's would be none. */
const DEAD_RETENTION_SEC = 14 * DAY_SEC;

/** A queue for each stage of the pipeline, with one for its dead letters. */
export function makeQueues(): Queues {
  return Object.fromEntries(stageNames.map((stage) => [stage, makeQueue(stage)])) as Queues;
}

function makeQueue(stage: StageName): StageQueue {
  const deadLetters = new sst.aws.Queue(componentName(stage, "DeadLetters"), {
    transform: {
      queue: { ...called(deadQueueName($app.stage, stage)), messageRetentionSeconds: DEAD_RETENTION_SEC },
    },
  });
  const messages = new sst.aws.Queue(componentName(stage, "Messages"), {
    visibilityTimeout: `${visibilitySec(stage)} seconds`,
    dlq: { queue: deadLetters.arn, retry: pipeline[stage].maxReceiveCount },
    transform: { queue: { ...called(queueName($app.stage, stage)), messageRetentionSeconds: RETENTION_SEC } },
  });
  return { messages, deadLetters };
}

/** The functions find a queue by its name, so that none needs its address. */
function called(name: string) {
  return { name, sqsManagedSseEnabled: true };
}

/** Messages of each queue to its stage: so many at once, so many runs at once, and of a batch only those back that failed. */
export function subscribe(queues: Queues, functions: Readonly<Record<StageName, sst.aws.Function>>): void {
  for (const stage of stageNames) {
    const { batchSize, concurrency } = pipeline[stage];
    queues[stage].messages.subscribe(functions[stage].arn, {
      batch: { size: batchSize, partialResponses: true },
      transform: {
        // Not the function's own limit: a message that finds no room would count as delivered and end among the dead letters.
        eventSourceMapping: { scalingConfig: { maximumConcurrency: concurrency } },
      },
    });
  }
}

/** Files under uploads/ to ingest. Not `bucket.notify`, whose policy lets every bucket of every account write to the queue. */
export function notifyOfUploads(bucket: sst.aws.Bucket, queues: Queues): void {
  const queue = queues.ingest.messages;
  const account = aws.getCallerIdentityOutput().accountId;
  const policy = new aws.sqs.QueuePolicy("UploadsMayNotify", {
    queueUrl: queue.url,
    policy: aws.iam.getPolicyDocumentOutput({
      statements: [
        {
          principals: [{ type: "Service", identifiers: ["s3.amazonaws.com"] }],
          actions: ["sqs:SendMessage"],
          resources: [queue.arn],
          conditions: [
            { test: "ArnEquals", variable: "aws:SourceArn", values: [bucket.arn] },
            { test: "StringEquals", variable: "aws:SourceAccount", values: [account] },
          ],
        },
      ],
    }).json,
  });
  new aws.s3.BucketNotification(
    "UploadsNotification",
    {
      bucket: bucket.name,
      // Large files come as CompleteMultipartUpload and not as Put.
      queues: [
        { id: "uploads", queueArn: queue.arn, events: ["s3:ObjectCreated:*"], filterPrefix: "uploads/" },
      ],
    },
    { dependsOn: policy },
  );
}
