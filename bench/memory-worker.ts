import type { SQSEvent } from "aws-lambda";
import { base, configure } from "../functions/deps.ts";
import { handler as ingest } from "../functions/ingest/handler.ts";
import { handler as transcribe } from "../functions/transcribe/handler.ts";
import { answerParent } from "./child.ts";

/** Takes one message through the deployed handlers of ingest and transcribe, with the real drivers of the portal and the recogniser. */

const stages = { ingest, transcribe };

answerParent(async ({ env, event }: { env: Record<string, string>; event: string }) => {
  configure({ env });
  const { queue } = base();
  await queue.send("ingest", [{ body: event }]);
  const beforeBytes = process.memoryUsage.rss();
  for (const [stage, handler] of Object.entries(stages)) {
    const messages = await queue.receive(stage, { max: 1, waitSec: 0, visibilitySec: 1800 });
    const { batchItemFailures } = await handler(batchOf(stage, messages[0]?.handle, messages[0]?.body));
    if (batchItemFailures.length > 0) throw new Error(`${stage} failed`);
  }
  return { beforeBytes, peakBytes: process.resourceUsage().maxRSS * 1024 };
});

function batchOf(stage: string, handle = "", body = ""): SQSEvent {
  return {
    Records: [
      {
        messageId: "1",
        receiptHandle: handle,
        body,
        attributes: {
          ApproximateReceiveCount: "1",
          SentTimestamp: "0",
          SenderId: "bench",
          ApproximateFirstReceiveTimestamp: "0",
        },
        messageAttributes: {},
        md5OfBody: "",
        eventSource: "aws:sqs",
        eventSourceARN: `arn:aws:sqs:local:000000000000:${stage}`,
        awsRegion: "local",
      },
    ],
  };
}
