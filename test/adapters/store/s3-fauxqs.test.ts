import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterEach, describe, expect, it } from "vitest";
import { ensureBucket, s3Store } from "../../../adapters/store/s3.ts";
import { writeConformance } from "../../store/conformance-writes.ts";

/** An emulator that somebody else wrote: it takes conditions of one kind without a word, and writes all the same. */

describe("s3Store on fauxqs", () => {
  let server: FauxqsServer | undefined;
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  async function opened() {
    server = await startFauxqs({ port: 0, logger: false });
    const endpoint = `http://127.0.0.1:${server.port}`;
    const credentials = { accessKeyId: "key", secretAccessKey: "secret" };
    const options = { bucket: "calls", endpoint, region: "us-east-1", credentials };
    await ensureBucket(options);
    return s3Store({ ...options, conditionalWrites: "probe", settleMs: 20 });
  }

  it("finds out that conditions are ignored", async () => {
    expect(Object.values(await (await opened()).conditionalWrites())).toContain("ignored");
  });

  writeConformance(opened);
});
