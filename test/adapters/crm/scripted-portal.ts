import { bitrix24 } from "../../../adapters/crm/bitrix24.ts";
import { setClock } from "../../../core/clock.ts";
import { type SandboxServer, serveSandbox } from "../../../local/sandbox/server.ts";

const open: SandboxServer[] = [];

export async function closePortals(): Promise<void> {
  await Promise.all(open.splice(0).map((server) => server.close()));
}

/** What a method answers, whatever it is asked or by its parameters. */
export type Answer = object | ((parameters: Record<string, unknown>) => object);

/** A portal that says what it is told to say, and a driver for it. */
export async function scriptedPortal(
  answers: Record<string, Answer>,
  options: { onDroppedRows?: (count: number) => void } = {},
) {
  const asked: { method: string; parameters: Record<string, unknown> }[] = [];
  const server = await serveSandbox(({ path, body }) => {
    const method = /([^/]+)\.json$/.exec(path)?.[1] ?? "";
    const parameters = JSON.parse(String(body));
    asked.push({ method, parameters });
    const answer = answers[method] ?? { error: "ERROR_METHOD_NOT_FOUND" };
    return { body: typeof answer === "function" ? answer(parameters) : answer };
  });
  open.push(server);
  const clock = setClock("2026-11-20T10:00:00Z");
  const webhookUrl = `${server.url}/rest/1/secret/`;
  return { asked, clock, webhookUrl, crm: bitrix24({ webhookUrl, clock, ...options }) };
}

/** A row of the statistics as portals send it. */
export const row = {
  ID: "512",
  CALL_ID: "A.1.1",
  CALL_TYPE: "2",
  CALL_CATEGORY: "external",
  PORTAL_USER_ID: "42",
  PORTAL_NUMBER: "reg100500",
  PHONE_NUMBER: "+79990000001",
  CALL_DURATION: "183",
  CALL_START_DATE: "2026-11-20T10:15:30+03:00",
  CALL_FAILED_CODE: "200",
  CRM_ENTITY_TYPE: "CONTACT",
  CRM_ENTITY_ID: "77",
  CRM_ACTIVITY_ID: "901",
  CALL_RECORD_URL: "",
  RECORD_FILE_ID: 9079,
};
/** The day of {@link row}. */
export const DAY = { from: new Date("2026-11-20T00:00:00+03:00"), to: new Date("2026-11-21T00:00:00+03:00") };

/** What the driver makes of these rows for call A.1.1. */
export async function found(...rows: object[]) {
  const { crm } = await scriptedPortal({ "voximplant.statistic.get": { result: rows } });
  return crm.findCall("A.1.1");
}
