import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import * as z from "zod";
import { VendorError } from "../../core/errors.ts";
import {
  connectToSqs,
  explainSqsError,
  nameOfSqsError,
  type SqsConnectionOptions,
} from "./sqs-connection.ts";

const DAY_SEC = 24 * 60 * 60;
const RETENTION_SEC = 4 * DAY_SEC;
/** The longest there is, and longer than the queue's: a dead letter keeps the time it was first sent (SQS docs, dead-letter queues). */
const DEAD_RETENTION_SEC = 14 * DAY_SEC;

/**
 * Creates what the pipeline needs where it does not stand, and sets visibility and attempts where it does. For the
 * service on one machine; in the cloud the stack owns its queues.
 */
export async function ensureQueues(options: SqsConnectionOptions & { namePrefix?: string }): Promise<void> {
  const client = connectToSqs(options);
  try {
    for (const { name, visibilitySec, maxReceiveCount } of options.queues) {
      const queueName = `${options.namePrefix ?? ""}${name}`;
      const deadUrl = await ensureQueue(client, `${queueName}-dlq`, {
        MessageRetentionPeriod: String(DEAD_RETENTION_SEC),
      });
      const deadLetterTargetArn = await arnOf(client, deadUrl);
      await ensureQueue(client, queueName, {
        MessageRetentionPeriod: String(RETENTION_SEC),
        VisibilityTimeout: String(visibilitySec),
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }),
      });
    }
  } catch (error) {
    throw explainSqsError(error);
  } finally {
    client.destroy();
  }
}

async function ensureQueue(
  client: SQSClient,
  name: string,
  attributes: Record<string, string>,
): Promise<string> {
  try {
    const reply = await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
    return readable(reply.QueueUrl);
  } catch (error) {
    // It stands with other attributes: an older version of the pipeline made it.
    if (!["QueueNameExists", "QueueAlreadyExists"].includes(nameOfSqsError(error))) throw error;
    const queueUrl = readable((await client.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl);
    await client.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes: attributes }));
    return queueUrl;
  }
}

async function arnOf(client: SQSClient, queueUrl: string): Promise<string> {
  const reply = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["QueueArn"] }),
  );
  return readable(reply.Attributes?.QueueArn);
}

function readable(value: string | undefined): string {
  const parsed = z.string().min(1).safeParse(value);
  if (parsed.success) return parsed.data;
  throw new VendorError("queue.unreadable_reply", "the queue service did not name a queue that it made");
}
