import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { bitrix24 } from "../../../adapters/crm/bitrix24.ts";
import type { DownloadLimits } from "../../../adapters/crm/bitrix24-recording.ts";
import type { Store } from "../../../core/ports/store.ts";
import { MAX_RECORDING_BYTES, storeRecording } from "../../../functions/ingest/recording.ts";
import { callEnded } from "../../functions/ingest/ingest-world.ts";
import { wavTone } from "../../speech/recordings.ts";
import { failure, redirect, SECRET, TOKEN, world } from "./recording-world.ts";

/** Hosts of recordings that mean harm, over real connections on loopback. */

const servers: (Server | TcpServer)[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    if ("closeAllConnections" in server) server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const MEGABYTE = 1024 * 1024;
const wavHead = Buffer.from(wavTone({})).subarray(0, 44);

async function listen(server: Server | TcpServer): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** Downloads what this host answers, and stores it in a bucket that counts. */
async function download(
  answer: (response: ServerResponse) => unknown,
  {
    limits = {},
    limitBytes = MAX_RECORDING_BYTES,
  }: { limits?: Partial<DownloadLimits>; limitBytes?: number } = {},
) {
  const cut = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    request.socket.on("error", () => undefined);
    response.on("close", () => cut.resolve());
    answer(response);
  });
  const url = `http://127.0.0.1:${await listen(server)}`;
  const crm = bitrix24({
    webhookUrl: `${url}/rest/1/${SECRET}/`,
    downloadLimits: { headersMs: 60_000, idleMs: 60_000, wholeMs: 60_000, ...limits },
  });
  const opened = await crm.openRecording({ url: `${url}/a.wav` });
  if (!opened) throw new Error("no recording");
  let storedBytes = 0;
  const store = {
    put: async (_key: string, body: AsyncIterable<Uint8Array>) => {
      for await (const chunk of body) storedBytes += chunk.length;
      return { written: true, etag: "1" };
    },
  } as unknown as Store;
  const stored = storeRecording(opened, callEnded(), store, limitBytes);
  return { opened, stored, storedBytes: () => storedBytes, cut: cut.promise };
}

async function sendForEver(response: ServerResponse, chunk: Buffer): Promise<void> {
  const closed = once(response, "close");
  while (!response.destroyed)
    if (!response.write(chunk)) await Promise.race([once(response, "drain"), closed]);
}

describe("a host that never comes to an end", () => {
  test("is left when nothing has come for a while", async () => {
    const { stored, cut } = await download((response) => response.write(wavHead), {
      limits: { idleMs: 100 },
    });
    expect(await failure(stored)).toMatchObject({ name: "VendorError", code: "recording.interrupted" });
    await cut;
  });

  test("is left when the whole takes too long, though a byte comes now and then", async () => {
    const drip = (response: ServerResponse) => {
      response.write(wavHead);
      const timer = setInterval(() => response.write("0"), 20);
      response.on("close", () => clearInterval(timer));
    };
    const { stored, cut } = await download(drip, { limits: { wholeMs: 2000 } });
    expect(await failure(stored)).toMatchObject({ code: "recording.interrupted" });
    await cut;
  });

  test("is left when it sends no headers", async () => {
    const never = download(() => undefined, { limits: { headersMs: 100 } });
    expect(await failure(never)).toMatchObject({ name: "VendorError", code: "crm.unreachable" });
  });

  test("is left at the limit, which counts what is unpacked, and in constant memory", async () => {
    // Ten megabytes of silence in ten kilobytes, over and over: a file of gzip may have many parts.
    const silence = gzipSync(Buffer.alloc(10 * MEGABYTE));
    const before = process.memoryUsage().rss;
    let highest = before;
    const watch = setInterval(() => {
      highest = Math.max(highest, process.memoryUsage().rss);
    }, 20);
    const limitBytes = 150 * MEGABYTE;
    const packed = (response: ServerResponse) => {
      response.writeHead(200, { "content-encoding": "gzip", "content-length": String(2 ** 40) });
      response.write(gzipSync(wavHead));
      void sendForEver(response, silence);
    };
    const { opened, stored, storedBytes, cut } = await download(packed, { limitBytes });
    expect(opened.sizeBytes).toBeNull();
    expect(await failure(stored)).toMatchObject({ name: "PermanentError", code: "recording.too_large" });
    clearInterval(watch);
    await cut;
    expect(storedBytes()).toBeGreaterThan(limitBytes - MEGABYTE);
    expect(storedBytes()).toBeLessThanOrEqual(limitBytes);
    expect((highest - before) / MEGABYTE).toBeLessThan(100);
  }, 60_000);

  test("is not even begun when it says that it has more than a gigabyte", async () => {
    const { stored, storedBytes, cut } = await download((response) => {
      response.writeHead(200, { "content-length": String(MAX_RECORDING_BYTES + 1) });
      response.write(wavHead);
    });
    expect(await failure(stored)).toMatchObject({ code: "recording.too_large" });
    await cut;
    expect(storedBytes()).toBe(0);
  });
});

describe("a host that lies", () => {
  test("about what it sends next gets no say in another answer", async () => {
    const asked: string[] = [];
    const second = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged";
    const server = createTcpServer((socket) => {
      socket.on("error", () => undefined);
      socket.on("data", (data) => {
        asked.push(String(data).split(" ")[1] ?? "");
        const body = asked.length === 1 ? `ID3${second}` : "own";
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n${body}`);
      });
    });
    const port = await listen(server);
    const crm = bitrix24({ webhookUrl: `http://127.0.0.1:${port}/rest/1/${SECRET}/` });
    const read = async (path: string) => {
      const opened = await crm.openRecording({ url: `http://127.0.0.1:${port}${path}` });
      return new Response(opened?.body).text();
    };
    expect(await read("/first")).toBe("ID3");
    expect(await read("/second")).toBe("own");
    expect(asked).toEqual(["/first", "/second"]);
  });

  test("about being packed is a broken download", async () => {
    const { stored } = await download((response) => {
      response.writeHead(200, { "content-encoding": "gzip" });
      response.end("ID3 this is not gzip");
    });
    expect(await failure(stored)).toMatchObject({ code: "recording.interrupted" });
  });

  test.each([203, 205, 206, 226, 300, 304, 418])("by status %i sends no recording", async (status) => {
    const { open } = world({ answers: { "demo.bitrix24.ru": () => answerOf(status) } });
    expect(await failure(open())).toMatchObject({ name: "VendorError", code: "crm.failed" });
  });
});

function answerOf(status: number): Response {
  return new Response([205, 304].includes(status) ? null : "ID3", { status });
}

describe("what the hosts of a download are told", () => {
  const start = `https://demo.bitrix24.ru/disk/9079?token=${TOKEN}`;

  test("is nothing of the webhook, of cookies or of passwords, and the portal's token stays with the portal", async () => {
    const cookie = { "set-cookie": "session=stolen; Domain=example.org" };
    const { open, hops } = world({
      answers: {
        [start]: () =>
          new Response(null, {
            status: 302,
            headers: { ...cookie, location: "https://storage.example.org/a" },
          }),
        "https://storage.example.org/a": () =>
          new Response(null, { status: 307, headers: { ...cookie, location: "/b" } }),
      },
    });
    await open();
    expect(hops.map(({ url }) => new URL(url).host)).toEqual([
      "demo.bitrix24.ru",
      "storage.example.org",
      "storage.example.org",
    ]);
    expect(JSON.stringify(hops)).not.toContain(SECRET);
    for (const { headers } of hops) {
      expect(Object.keys(headers)).not.toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^(authorization|cookie|proxy-authorization|origin)$/),
        ]),
      );
    }
    expect(JSON.stringify(hops.slice(1))).not.toMatch(new RegExp(`${TOKEN}|demo\\.bitrix24|rest`));
  });

  test.each(["http://demo.bitrix24.ru/a.mp3", "http://demo.bitrix24.ru:80/", "ftp://demo.bitrix24.ru/a"])(
    "never travels in the clear, not even to the portal itself: %s",
    async (location) => {
      const { open, hops } = world({ answers: { [start]: redirect(location) } });
      expect(await failure(open())).toMatchObject({ code: "recording.url_refused" });
      expect(hops).toHaveLength(1);
    },
  );

  test.each([
    "https://2130706433/a",
    "https://0x7f.1/a",
    "https://0177.0.0.1/a",
    "https://127.1/a",
    "https://[::ffff:127.0.0.1]/a",
    "https://[::ffff:a9fe:a9fe]/a",
    "https://[64:ff9b::10.0.0.1]/a",
  ])("never goes inside, however the address is written: %s", async (location) => {
    const { open, hops, looked } = world({ answers: { [start]: redirect(location) } });
    expect(await failure(open())).toMatchObject({ code: "recording.url_refused" });
    expect({ hops: hops.length, looked }).toEqual({ hops: 1, looked: ["demo.bitrix24.ru"] });
  });
});
