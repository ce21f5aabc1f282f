import { GetQueueUrlCommand, type SQSClient } from "@aws-sdk/client-sqs";
import * as z from "zod";
import { VendorError } from "../../core/errors.ts";
import type { QueueSender } from "../../core/ports/queue.ts";
import { acceptMessages, findDefinition } from "./queue-rules.ts";
import { sendBatches } from "./sqs-batches.ts";
import {
  connectToSqs,
  explainSqsError,
  nameOfSqsError,
  type SqsConnectionOptions,
} from "./sqs-connection.ts";

export interface SqsQueueOptions extends SqsConnectionOptions {
  /** Where a queue lies, by its name here; `<name>-dlq` names its dead letters. Absent ones are asked for by name. */
  queueUrls?: Readonly<Record<string, string>>;
  /** A queue is called `<namePrefix><name>` at the service, its dead letters `<namePrefix><name>-dlq`. */
  namePrefix?: string;
}

/** For whoever only sends, and whose bundle need not know the other requests. */
export function sqsSender(options: SqsQueueOptions): QueueSender {
  return sendingTo(openQueues(options));
}

export interface OpenQueues {
  client(): SQSClient;
  urlOf(name: string): Promise<string>;
  /** Does something with a queue that the pipeline knows; a name that it does not know is refused here, before anything is asked. */
  attempt<T>(queue: string, work: (queueUrl: string) => Promise<T>): Promise<T>;
}

export function sendingTo({ client, attempt }: OpenQueues): QueueSender {
  return {
    send: async (queue, messages) => {
      const accepted = acceptMessages(messages);
      await attempt(queue, (queueUrl) => sendBatches(client(), queueUrl, accepted));
    },
  };
}

/** The client, and where the queues are. */
export function openQueues(options: SqsQueueOptions): OpenQueues {
  const { queues, queueUrls = {}, namePrefix = "" } = options;
  const foundUrls = new Map<string, Promise<string>>();
  let connected: SQSClient | undefined;

  function client(): SQSClient {
    connected ??= connectToSqs(options);
    return connected;
  }

  function urlOf(name: string): Promise<string> {
    const configured = queueUrls[name];
    if (configured !== undefined) return Promise.resolve(configured);
    const found = foundUrls.get(name) ?? askForUrl(name);
    foundUrls.set(name, found);
    // A failure is not remembered: the queue may be there at the next try.
    found.catch(() => foundUrls.delete(name));
    return found;
  }

  async function askForUrl(name: string): Promise<string> {
    const reply = await client().send(new GetQueueUrlCommand({ QueueName: namePrefix + name }));
    const url = z.string().min(1).safeParse(reply.QueueUrl);
    if (url.success) return url.data;
    throw new VendorError("queue.unreadable_reply", "the queue service did not name the queue's URL");
  }

  async function attempt<T>(queue: string, work: (queueUrl: string) => Promise<T>): Promise<T> {
    const { name } = findDefinition(queues, queue);
    try {
      return await work(await urlOf(name));
    } catch (error) {
      if (nameOfSqsError(error) === "QueueDoesNotExist") foundUrls.delete(name);
      throw explainSqsError(error);
    }
  }

  return { client, urlOf, attempt };
}
