import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { statisticRow } from "../local/sandbox/bitrix24-rows.ts";
import type { ScenarioCall } from "../local/sandbox/scenario.ts";

/**
 * A portal and a recogniser on loopback that make up a recording of any size as it is read, and count an upload as it comes in. The
 * sandbox's vendors keep whole bodies.
 */
export interface StreamingVendors {
  /** What `.env` would hold for them. */
  env: Record<string, string>;
  /** How many bytes came with the last upload. */
  uploadedBytes(): number;
  close(): Promise<void>;
}

const CHUNK = Buffer.alloc(64 * 1024, 7);

export async function startStreamingVendors(
  call: ScenarioCall,
  nativeId: string,
  recordingBytes: number,
): Promise<StreamingVendors> {
  let uploadedBytes = 0;
  const { entity: _entity, activityId: _activityId, ...known } = call;
  const answers: Record<string, (request: IncomingMessage) => object | Promise<object>> = {
    "/rest/1/bench/voximplant.statistic.get": () => ({
      result: [statisticRow({ ...known, nativeId }, 0, 1)],
      total: 1,
    }),
    "/rest/1/bench/user.get": () => ({ result: [], total: 0 }),
    "/rest/1/bench/disk.file.get": () => ({
      result: { ID: "1", SIZE: String(recordingBytes), DOWNLOAD_URL: `${origin}/disk/recording` },
    }),
    "/oauth": () => ({ access_token: "bench", expires_at: Date.now() + 1_800_000 }),
    "/rest/v1/data:upload": async (request) => {
      uploadedBytes = await lengthOf(request);
      return { status: 200, result: { request_file_id: "file" } };
    },
    "/rest/v1/speech:async_recognize": () => ({ status: 200, result: { id: "task", status: "NEW" } }),
  };

  const server = createServer(async (request, response) => {
    const path = (request.url ?? "").split("?", 1)[0]?.replace(/\.json$/, "") ?? "";
    if (path === "/disk/recording") return sendWav(response, recordingBytes);
    const body = (await answers[path]?.(request)) ?? {};
    request.resume();
    response.writeHead(answers[path] ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    env: {
      BITRIX24_WEBHOOK_URL: `${origin}/rest/1/bench/`,
      SBER_OAUTH_CLIENT_ID: "bench",
      SBER_OAUTH_CLIENT_SECRET: "bench",
      SALUTESPEECH_OAUTH_URL: `${origin}/oauth`,
      SALUTESPEECH_API_URL: `${origin}/rest/v1`,
    },
    uploadedBytes: () => uploadedBytes,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function lengthOf(body: AsyncIterable<Buffer>): Promise<number> {
  let bytes = 0;
  for await (const chunk of body) bytes += chunk.length;
  return bytes;
}

async function sendWav(response: ServerResponse, sizeBytes: number): Promise<void> {
  const header = wavHeader(sizeBytes);
  response.writeHead(200, { "content-type": "audio/wav", "content-length": String(sizeBytes) });
  response.write(header);
  for (let left = sizeBytes - header.length; left > 0; left -= CHUNK.length) {
    const hasRoom = response.write(left < CHUNK.length ? CHUNK.subarray(0, left) : CHUNK);
    if (!hasRoom) await once(response, "drain");
  }
  response.end();
}

/** Stereo, 8 kHz, 16 bits: what an exchange records. */
function wavHeader(fileBytes: number): Buffer {
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(fileBytes - 8, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(2, 22);
  header.writeUInt32LE(8000, 24);
  header.writeUInt32LE(32_000, 28);
  header.writeUInt16LE(4, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36);
  header.writeUInt32LE(fileBytes - 44, 40);
  return header;
}
