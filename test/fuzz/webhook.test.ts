import fc from "fast-check";
import { expect, it } from "vitest";
import { bitrix24Webhook } from "../../adapters/crm/bitrix24-webhook.ts";
import { acceptMessages } from "../../adapters/queue/queue-rules.ts";
import { CallId } from "../../core/call.ts";
import { setClock } from "../../core/clock.ts";
import type { OutgoingMessage } from "../../core/ports/queue.ts";
import { defaultSettings } from "../../core/settings.ts";
import { readEvent } from "../../events/catalog.ts";
import type { HttpRequest } from "../../functions/http.ts";
import { receiveWebhook } from "../../functions/ingest/webhook.ts";
import { hostileString, nearValid } from "./near-valid.ts";
import { bytesOf, nearValidText, spoiltText } from "./near-valid-text.ts";
import { cases, endsReached, timeoutMs } from "./runs.ts";

const TOKEN = "tok-from-the-portal";
const PHONE = "79990000001";
const REASON = "Успешный звонок";

const fields: [string, string][] = [
  ["event", "ONVOXIMPLANTCALLEND"],
  ["event_handler_id", "17"],
  ["data[CALL_ID]", "ABCD1234.1790000000.555"],
  ["data[CALL_TYPE]", "2"],
  ["data[PHONE_NUMBER]", `+${PHONE}`],
  ["data[PORTAL_NUMBER]", "reg100500"],
  ["data[PORTAL_USER_ID]", "42"],
  ["data[CALL_DURATION]", "183"],
  ["data[CALL_START_DATE]", "2026-11-20T10:15:30+03:00"],
  ["data[COST]", "0.0000"],
  ["data[CALL_FAILED_CODE]", "200"],
  ["data[CALL_FAILED_REASON]", REASON],
  ["ts", "1790000200"],
  ["auth[domain]", "demo.bitrix24.ru"],
  ["auth[application_token]", TOKEN],
];

const json = {
  event: "ONVOXIMPLANTCALLEND",
  ts: 1790000200,
  data: {
    CALL_ID: "ABCD1234.1790000000.555",
    CALL_TYPE: 2,
    PHONE_NUMBER: `+${PHONE}`,
    PORTAL_USER_ID: 42,
    CALL_DURATION: 183,
    CALL_START_DATE: "2026-11-20T10:15:30+03:00",
    CALL_FAILED_CODE: "200",
    CALL_FAILED_REASON: REASON,
  },
  auth: { application_token: TOKEN },
};

const names = fields.map(([name]) => name);
const words = ["ONVOXIMPLANTCALLEND", "onvoximplantcallend", "999999999999", ...names];

/** Fields as PHP writes them: bare brackets or encoded ones, values encoded or not. */
const form = fc
  .tuple(nearValid([fields], words), fc.constantFrom("bare", "encoded", "raw"))
  .map(([list, how]) => {
    const pairs = (Array.isArray(list) ? list : [list]).map((pair: unknown) =>
      (Array.isArray(pair) ? pair : [pair]).map((part) =>
        typeof part === "string" ? part : JSON.stringify(part),
      ),
    );
    if (how === "encoded")
      return pairs.map(([name = "", value = ""]) => new URLSearchParams({ [name]: value })).join("&");
    const encoded = (text: string) => (how === "raw" ? text : encodeURIComponent(text.toWellFormed()));
    return pairs.map(([name = "", value = ""]) => `${name}=${encoded(value)}`).join("&");
  });

/** One field of a good notice replaced, so that every field is looked at for itself. */
const oneField = fc
  .tuple(fc.nat({ max: fields.length - 2 }), hostileString(words))
  .map(([at, value]) =>
    new URLSearchParams(
      fields.map(([name, good], index): [string, string] => [name, index === at ? value : good]),
    ).toString(),
  );

const request: fc.Arbitrary<HttpRequest> = fc.record({
  method: fc.oneof({ weight: 20, arbitrary: fc.constant("POST") }, fc.constantFrom("GET", "post", "", "PUT")),
  path: fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom("/webhooks/bitrix24", "/webhooks/bitrix24/default") },
    hostileString().map((tenant) => `/webhooks/bitrix24/${tenant}`),
  ),
  contentType: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom("application/x-www-form-urlencoded", null) },
    fc.constantFrom("application/json", "multipart/form-data; boundary=x", "JSON"),
    hostileString(),
  ),
  body: bytesOf(
    fc.oneof(
      { weight: 2, arbitrary: form },
      { weight: 4, arbitrary: oneField },
      { weight: 2, arbitrary: nearValidText([json], words) },
      { weight: 1, arbitrary: spoiltText(form, words) },
    ),
  ),
});

/** A way in whose queue takes only what every real queue takes. */
function wayIn(applicationToken: string) {
  const sent: OutgoingMessage[] = [];
  const ports = {
    webhook: bitrix24Webhook({ applicationToken }),
    queue: {
      send: async (_queue: string, messages: readonly OutgoingMessage[]) => {
        acceptMessages(messages);
        sent.push(...messages);
      },
    },
    clock: setClock("2026-11-20T10:00:00Z"),
    tenant: "default",
    settingsOf: async () => defaultSettings,
  };
  return { sent, receive: (given: HttpRequest) => receiveWebhook(given, ports) };
}

it(
  "a webhook's body is answered whatever it is, and what it sends on can be queued and read and names nobody",
  async () => {
    const { reach, missing } = endsReached();
    await fc.assert(
      fc.asyncProperty(request, async (given) => {
        const { sent, receive } = wayIn(TOKEN);
        const { status, body } = await receive(given);
        expect([200, 400, 401, 405, 413]).toContain(status);
        expect(sent.length).toBeLessThanOrEqual(status === 200 ? 1 : 0);
        reach(`${status}${sent.length > 0 ? " with a call" : ""}`);
        for (const text of [body, ...sent.map((message) => message.body)]) {
          expect(text).not.toContain(PHONE);
          expect(text).not.toContain(REASON);
          expect(text).not.toContain(TOKEN);
          expect(text).not.toContain("Иван");
        }
        for (const message of sent) {
          const event = readEvent(JSON.parse(message.body));
          expect(JSON.parse(message.body)).toEqual(event);
          expect(event.subject).toSatisfy((id: string) => CallId.safeParse(id).success);
        }
      }),
      cases,
    );
    expect(missing("200 with a call", "200", "400", "401", "405")).toEqual([]);
  },
  timeoutMs,
);

it(
  "a body without the portal's token sends nothing, however near to a notice it is",
  async () => {
    const { reach, missing } = endsReached();
    await fc.assert(
      fc.asyncProperty(request, async (given) => {
        const { sent, receive } = wayIn(`${TOKEN}-of-somebody-else`);
        const { status } = await receive(given);
        expect([400, 401, 405, 413]).toContain(status);
        expect(sent).toEqual([]);
        reach(String(status));
      }),
      cases,
    );
    expect(missing("400", "401", "405")).toEqual([]);
  },
  timeoutMs,
);
