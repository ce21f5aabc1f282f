import { type FauxqsServer, startFauxqs } from "fauxqs";
import { expect, test } from "vitest";
import { sqsQueue } from "../../../adapters/queue/sqs.ts";
import { ensureQueues } from "../../../adapters/queue/sqs-ensure-queues.ts";
import { queueConformance } from "../../queue/conformance.ts";

const connection = (server: FauxqsServer) => ({
  namePrefix: "cqa-",
  endpoint: `http://127.0.0.1:${server.port}`,
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
});

queueConformance("SQS", () => {
  let server: FauxqsServer;
  return {
    open: async (queues) => {
      server = await startFauxqs({ port: 0, logger: false });
      await ensureQueues({ ...connection(server), queues });
      return sqsQueue({ ...connection(server), queues });
    },
    close: () => server.stop(),
    pass: () => {},
    // It looks at UTF-16 halves where SQS looks at characters.
    astralCharacters: "refused by the server",
    waitingSince: "not told",
  };
});

test("creates queues with their dead letters, and brings standing ones up to date", async () => {
  const server = await startFauxqs({ port: 0, logger: false });
  const queue = { name: "ingest", visibilitySec: 60, maxReceiveCount: 5 };
  const attributes = (name: string) => server.inspectQueue(name)?.attributes;
  await ensureQueues({ ...connection(server), queues: [queue] });
  await ensureQueues({ ...connection(server), queues: [queue] });
  expect(attributes("cqa-ingest")).toMatchObject({
    VisibilityTimeout: "60",
    MessageRetentionPeriod: "345600",
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: "arn:aws:sqs:us-east-1:000000000000:cqa-ingest-dlq",
      maxReceiveCount: 5,
    }),
  });
  expect(attributes("cqa-ingest-dlq")).toMatchObject({ MessageRetentionPeriod: "1209600" });
  await ensureQueues({ ...connection(server), queues: [{ ...queue, visibilitySec: 120 }] });
  expect(attributes("cqa-ingest")).toMatchObject({ VisibilityTimeout: "120" });
  await server.stop();
});
