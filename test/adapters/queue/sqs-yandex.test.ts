import { expect, test } from "vitest";
import { sqsQueue } from "../../../adapters/queue/sqs.ts";
import { ensureQueues } from "../../../adapters/queue/sqs-ensure-queues.ts";
import { queryProtocol } from "../../../adapters/queue/sqs-query.ts";
import { ConfigurationError, VendorError } from "../../../core/errors.ts";
import { queueDefinitions } from "../../../functions/deps.ts";
import { queueConformance } from "../../queue/conformance.ts";
import { scriptedSqs } from "./scripted-sqs.ts";
import { serveYandexQueues } from "./yandex-server.ts";

type Server = Awaited<ReturnType<typeof serveYandexQueues>>;

const connection = ({ endpoint }: { endpoint: string }) => ({
  namePrefix: "call-quality-",
  endpoint,
  region: "ru-central1",
  credentials: { accessKeyId: "YCAJExample", secretAccessKey: "secret" },
  protocol: queryProtocol,
});

queueConformance("Yandex Message Queue", () => {
  let server: Server;
  return {
    open: async (queues) => {
      server = await serveYandexQueues();
      await ensureQueues({ ...connection(server), queues });
      return sqsQueue({ ...connection(server), queues });
    },
    close: () => server.close(),
    pass: () => {},
    // The emulator behind the server looks at UTF-16 halves.
    astralCharacters: "refused by the server",
    waitingSince: "not told",
  };
});

test("creates the pipeline's queues within Yandex's limits, and brings standing ones up to date", async () => {
  const server = await serveYandexQueues();
  const [first] = queueDefinitions;
  if (!first) throw new Error("the pipeline has queues");
  await ensureQueues({ ...connection(server), queues: queueDefinitions });
  for (const { name, visibilitySec, maxReceiveCount } of queueDefinitions) {
    expect(server.attributesOf(`call-quality-${name}`)).toMatchObject({
      VisibilityTimeout: String(visibilitySec),
      RedrivePolicy: expect.stringContaining(`"maxReceiveCount":${maxReceiveCount}`),
    });
  }
  await ensureQueues({ ...connection(server), queues: [{ ...first, visibilitySec: 77 }] });
  expect(server.attributesOf(`call-quality-${first.name}`)).toMatchObject({ VisibilityTimeout: "77" });
  await server.close();
});

test("carries a message to the dead letters and back, for Yandex has no move task [queue:yandex]", async () => {
  const server = await serveYandexQueues();
  const queues = [{ name: "ingest", visibilitySec: 30, maxReceiveCount: 1 }];
  await ensureQueues({ ...connection(server), queues });
  const queue = sqsQueue({ ...connection(server), queues });
  await queue.send("ingest", [{ body: "one" }]);
  await queue.receive("ingest", { max: 1, waitSec: 1, visibilitySec: 0 });
  expect(await queue.receive("ingest", { max: 1, waitSec: 0, visibilitySec: 30 })).toEqual([]);
  expect((await queue.stats("ingest")).dead).toBe(1);
  expect(await queue.redrive("ingest")).toBe(1);
  expect(server.asked).toContain("StartMessageMoveTask");
  expect(await queue.stats("ingest")).toMatchObject({ visible: 1, dead: 0 });
  await server.close();
});

/** Yandex docs, message-queue/api-ref/common-errors. */
test.each([
  ["InvalidClientTokenId", 403, "queue.unauthorized", ConfigurationError],
  ["MissingAuthenticationToken", 403, "queue.unauthorized", ConfigurationError],
  ["IncompleteSignature", 400, "queue.unauthorized", ConfigurationError],
  ["OptInRequired", 400, "queue.unauthorized", ConfigurationError],
  ["RequestExpired", 400, "queue.unauthorized", ConfigurationError],
  ["AccessDeniedException", 400, "queue.forbidden", ConfigurationError],
  // Not a refused key, although the status is the same.
  ["ThrottlingException", 403, "queue.throttled", VendorError],
  ["ServiceUnavailable", 503, "queue.unavailable", VendorError],
])("takes Yandex's %s (%i) for %s", async (code, status, ownCode, kind) => {
  const body = `<ErrorResponse><Error><Code>${code}</Code><Message>no</Message></Error><RequestId>r</RequestId></ErrorResponse>`;
  const server = await scriptedSqs(() => ({ status, body }));
  const queues = [{ name: "ingest", visibilitySec: 30, maxReceiveCount: 1 }];
  const queue = sqsQueue({ ...connection(server), queues, maxAttempts: 1 });
  const failure = await queue.stats("ingest").catch((error: unknown) => error);
  await server.close();
  expect(failure).toBeInstanceOf(kind);
  expect(failure).toMatchObject({ code: ownCode });
});
