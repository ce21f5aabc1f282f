import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { bitrix24 } from "../../adapters/crm/bitrix24.ts";
import { openAiCompatible } from "../../adapters/llm/openai-compatible.ts";
import { telegram } from "../../adapters/notify/telegram.ts";
import { saluteSpeech } from "../../adapters/speech/salutespeech.ts";
import { isOwnError } from "../../core/errors.ts";

/** A vendor, or whoever stands in between, that answers without an end: it must not fill the memory of the service. */

const MEGABYTE = 1024 * 1024;
/** More than any reply may have. */
const SENT_BYTES = 200 * MEGABYTE;

let server: Server;
let heardBytes: number;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

type Packing = "plain" | "packed";

/** Answers every request, but those for a token, with JSON that does not end. */
async function endlessVendor(status: number, packing: Packing): Promise<string> {
  heardBytes = 0;
  server = createServer((request, response) => {
    request.socket.on("error", () => undefined);
    request.resume();
    if (request.url?.endsWith("/oauth")) return void response.end('{"access_token":"t"}');
    response.writeHead(status, {
      "content-type": "application/json",
      ...(packing === "packed" ? { "content-encoding": "gzip" } : {}),
    });
    void sendMuch(response, packing);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function sendMuch(response: ServerResponse, packing: Packing): Promise<void> {
  const closed = once(response, "close");
  const blanks = Buffer.alloc(MEGABYTE, " ");
  const chunk = packing === "packed" ? gzipSync(blanks) : blanks;
  response.write(packing === "packed" ? gzipSync("{") : "{");
  while (!response.destroyed && heardBytes < SENT_BYTES) {
    heardBytes += MEGABYTE;
    if (!response.write(chunk)) await Promise.race([once(response, "drain"), closed]);
  }
  response.end();
}

const ask = {
  instructions: "Judge.",
  input: "agent: hello",
  schema: {
    name: "verdicts",
    json: { type: "object", properties: {}, required: [], additionalProperties: false },
  },
};

const vendors: [
  name: string,
  limitMegabytes: number,
  code: string,
  use: (url: string) => Promise<unknown>,
][] = [
  [
    "Bitrix24",
    16,
    "crm.unreadable_reply",
    (url) => bitrix24({ webhookUrl: `${url}/rest/1/secret/` }).findCall("A.1"),
  ],
  [
    "SaluteSpeech",
    64,
    "speech.unreadable_reply",
    (url) =>
      saluteSpeech({
        clientId: "id",
        clientSecret: "secret",
        scope: "SALUTE_SPEECH_PERS",
        oauthUrl: `${url}/oauth`,
        apiUrl: url,
      }).result("task"),
  ],
  [
    "the model",
    8,
    "llm.unreadable_reply",
    (url) => openAiCompatible({ baseUrl: `${url}/v1`, apiKey: "key", model: "m" }).ask(ask),
  ],
  [
    "Telegram",
    1,
    "notify.failed",
    (url) => telegram({ token: "1:a", chatId: "1", apiRoot: url }).send({ blocks: ["digest"] }),
  ],
];

describe.each(vendors)("an answer without an end from %s", (_name, limitMegabytes, code, use) => {
  it.each<[number, Packing]>([
    [200, "plain"],
    [200, "packed"],
    [500, "plain"],
  ])("with status %i, %s, is left at its limit and asked for again later", async (status, packing) => {
    const error: unknown = await use(await endlessVendor(status, packing)).catch((reason) => reason);
    if (!isOwnError(error)) throw new Error("not one of our errors", { cause: error });
    expect(error.name).toBe("VendorError");
    if (status === 200) expect(error.code).toBe(code);
    // What lies between the two in buffers of the system comes on top; packed, a buffer holds a lot.
    if (packing === "plain") expect(heardBytes / MEGABYTE).toBeLessThan(limitMegabytes + 32);
    expect(heardBytes / MEGABYTE).toBeGreaterThanOrEqual(limitMegabytes);
  });
});
