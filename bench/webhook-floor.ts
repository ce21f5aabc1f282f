import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { sqliteQueue } from "../adapters/queue/sqlite.ts";
import { answerParent } from "./child.ts";

/** The floor: reads the request, puts a message of the same size on the same kind of queue and answers 200. */

answerParent(async ({ file, messageBytes }: { file: string; messageBytes: number }) => {
  const queue = sqliteQueue({ file, queues: [{ name: "ingest", visibilitySec: 60, maxReceiveCount: 5 }] });
  const body = "x".repeat(messageBytes);
  const server = createServer(async (request, response) => {
    for await (const _chunk of request);
    await queue.send("ingest", [{ body }]);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port };
});
