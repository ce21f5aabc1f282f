import { afterEach, describe, expect, it } from "vitest";
import { makeScoreFields } from "../../../adapters/crm/bitrix24-score-field.ts";
import { bitrix24Writer } from "../../../adapters/crm/bitrix24-writer.ts";
import { setClock } from "../../../core/clock.ts";
import type { CrmEntity } from "../../../core/ports/crm.ts";
import type { CrmWriter } from "../../../core/ports/crm-writer.ts";
import {
  type Bitrix24SandboxOptions,
  QUERY_LIMIT_EXCEEDED,
  startBitrix24Sandbox,
} from "../../../local/sandbox/bitrix24.ts";
import type { Fault } from "../../../local/sandbox/server.ts";
import { type Answer, closePortals, scriptedPortal } from "./scripted-portal.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
  await closePortals();
});

const FIELD = "UF_CRM_CALL_SCORE";
const deal: CrmEntity = { type: "deal", id: "5" };
const call = {
  nativeId: "A.1.1",
  callType: "2" as const,
  startedAt: "2026-11-20T10:15:30+03:00",
  durationSec: 183,
  failedCode: "200",
  agentId: "42",
  phone: "+79990000001",
  line: "reg100500",
};
const phrases = [{ speaker: "agent" as const, startSec: 0, stopSec: 4, text: "Добрый день" }];
const comment = {
  card: deal,
  text: "Оценка · A.1.1",
  mark: "A.1.1",
  since: new Date("2026-11-20T07:15:30Z"),
  lookFirst: false,
};

async function portal(options: Bitrix24SandboxOptions = {}) {
  const clock = setClock("2026-11-20T10:00:00Z");
  const sandbox = await startBitrix24Sandbox({
    clock,
    calls: [call],
    crm: { userFields: new Set([`CRM_DEAL ${FIELD}`]) },
    ...options,
  });
  closing.push(sandbox.close);
  return { clock, sandbox, writer: bitrix24Writer({ webhookUrl: sandbox.webhookUrl, clock }) };
}

const writings: [name: string, method: string, write: (writer: CrmWriter) => Promise<unknown>][] = [
  ["a comment", "crm.timeline.comment.add", (writer) => writer.addComment(comment)],
  [
    "a transcript",
    "telephony.call.attachTranscription",
    (writer) => writer.attachTranscript({ nativeId: "A.1.1", phrases }),
  ],
  ["a score", "crm.item.update", (writer) => writer.setScore(deal, 72)],
];

describe.each(writings)("%s", (_name, method, write) => {
  it.each<[string, Fault, string]>([
    ["too many requests", QUERY_LIMIT_EXCEEDED, "crm.paced"],
    ["an error of the portal", { status: 500, body: { error: "INTERNAL_SERVER_ERROR" } }, "crm.failed"],
    ["a page of the web server", { status: 502, body: "<html></html>" }, "crm.failed"],
    ["a login page", { status: 200, body: "<html></html>" }, "crm.unreadable_reply"],
    ["a connection that breaks", "reset", "crm.unreachable"],
    ["an answer that is lost", "lost-answer", "crm.unreachable"],
    ["an answer that is cut", "half-answer", "crm.unreachable"],
    ["no right to it", { status: 400, body: { error: "ACCESS_DENIED" } }, "crm.forbidden"],
    ["a webhook that was deleted", { status: 401, body: { error: "NO_AUTH_FOUND" } }, "crm.unauthorized"],
    ["a plan that has run out", { status: 402, body: { error: "PAYMENT_REQUIRED" } }, "crm.payment_required"],
  ])("meets %s, is named for it and not tried again", async (_fault, fault, code) => {
    const { sandbox, writer } = await portal();
    sandbox.fail(method, fault);
    await expect(write(writer)).rejects.toMatchObject({ code });
    expect(sandbox.requests.filter(({ path }) => path.includes(method))).toHaveLength(1);
  });

  it("says which right is to be ticked", async () => {
    const { writer } = await portal({ scopes: [] });
    const scope = method.startsWith("telephony") ? '"telephony"' : '"crm"';
    await expect(write(writer)).rejects.toMatchObject({
      name: "ConfigurationError",
      code: "crm.insufficient_scope",
      message: expect.stringContaining(scope),
    });
  });
});

async function scripted(answers: Record<string, Answer>) {
  const { asked, webhookUrl, clock } = await scriptedPortal(answers);
  return { asked, writer: bitrix24Writer({ webhookUrl, clock }) };
}

describe("the card of a call", () => {
  const entity: CrmEntity = { type: "contact", id: "77" };
  const found = async (answers: Record<string, Answer>, stated: CrmEntity | null = entity) =>
    (await scripted(answers)).writer.findCard({ entity: stated, activityId: "901" });

  it.each<[string, Answer]>([
    ["was deleted", { error: "", error_description: "Activity is not found." }],
    ["belongs to a type that is none of ours", { result: { OWNER_TYPE_ID: "31", OWNER_ID: "8" } }],
    ["belongs to nobody", { result: { OWNER_TYPE_ID: "2", OWNER_ID: "0" } }],
    ["has an owner that is no id", { result: { OWNER_TYPE_ID: 2, OWNER_ID: "../../5" } }],
  ])("is the client's when its activity %s", async (_, answer) => {
    const bindings = { result: [] };
    expect(await found({ "crm.activity.get": answer, "crm.activity.binding.list": bindings })).toEqual(
      entity,
    );
  });

  it("is the activity's owner where the statistics name nobody", async () => {
    const answers = {
      "crm.activity.get": { result: { OWNER_TYPE_ID: "1", OWNER_ID: "31" } },
      "crm.activity.binding.list": { result: [{ entityTypeId: 1, entityId: 31 }] },
    };
    expect(await found(answers, null)).toEqual({ type: "lead", id: "31" });
  });

  it("is not looked for any further when a deal owns the activity", async () => {
    const { asked, writer } = await scripted({
      "crm.activity.get": { result: { OWNER_TYPE_ID: "2", OWNER_ID: "5" } },
    });
    expect(await writer.findCard({ entity, activityId: "901" })).toEqual(deal);
    expect(asked.map(({ method }) => method)).toEqual(["crm.activity.get"]);
  });

  it.each(["", "0", "9 OR 1", "../1"])("is not looked for by the activity %j", async (activityId) => {
    const { asked, writer } = await scripted({});
    expect(await writer.findCard({ entity: { type: "lead", id: activityId }, activityId })).toBeUndefined();
    expect(asked).toEqual([]);
  });
});

describe("a comment that may be there", () => {
  const page = (created: string, next?: number) => ({
    result: [{ ID: "7", COMMENT: "another one", CREATED: created }],
    ...(next === undefined ? {} : { next }),
  });

  it("is looked for as far back as the call, and no further", async () => {
    const { asked, writer } = await scripted({
      "crm.timeline.comment.list": ({ start }) =>
        page(start === 0 ? "2026-11-20T12:00:00+03:00" : "2026-11-20T10:15:29+03:00", Number(start) + 50),
      "crm.timeline.comment.add": { result: 8 },
    });
    expect(await writer.addComment({ ...comment, lookFirst: true })).toEqual({ id: "8" });
    expect(asked.map(({ method, parameters }) => [method, parameters.start])).toEqual([
      ["crm.timeline.comment.list", 0],
      ["crm.timeline.comment.list", 50],
      ["crm.timeline.comment.add", undefined],
    ]);
  });

  it("is not looked for on the same page for ever", async () => {
    const { asked, writer } = await scripted({
      "crm.timeline.comment.list": page("2026-11-20T12:00:00+03:00", 0),
      "crm.timeline.comment.add": { result: 8 },
    });
    await writer.addComment({ ...comment, lookFirst: true });
    expect(asked).toHaveLength(2);
  });
});

describe("a transcript", () => {
  const legs = (...rows: object[]) => ({ result: rows.map((each) => ({ CALL_ID: "A.1.1", ...each })) });
  const attach = async (statistic: Answer, attached: Answer = { result: { TRANSCRIPT_ID: 7 } }) => {
    const { asked, writer } = await scripted({
      "voximplant.statistic.get": statistic,
      "telephony.call.attachTranscription": attached,
    });
    const result = writer.attachTranscript({ nativeId: "A.1.1", phrases });
    return { asked, result };
  };

  it.each<[string, object[], string | null]>([
    ["stands at another leg", [{ TRANSCRIPT_ID: null }, { TRANSCRIPT_ID: "44" }], "44"],
    ["is being made by the portal itself", [{ TRANSCRIPT_ID: null, TRANSCRIPT_PENDING: "Y" }], null],
  ])("that %s is not taken the place of", async (_, rows, id) => {
    const { asked, result } = await attach(legs(...rows));
    expect(await result).toEqual({ id, wasThere: true });
    expect(asked.map(({ method }) => method)).toEqual(["voximplant.statistic.get"]);
  });

  it("is not attached to a call that the portal does not name, whatever else it sends", async () => {
    const { result } = await attach({ result: [{ CALL_ID: "B.2.2", TRANSCRIPT_ID: "9" }] });
    await expect(result).rejects.toMatchObject({ name: "PermanentError", code: "crm.entity_gone" });
  });

  it("that the portal refuses is a matter of this call", async () => {
    const { result } = await attach(legs({}), { error: "ERROR_CORE", error_description: "…" });
    await expect(result).rejects.toMatchObject({ name: "PermanentError", code: "crm.transcript_refused" });
  });

  it("goes out in the portal's words", async () => {
    const { asked, result } = await attach(legs({ TRANSCRIPT_ID: "0" }));
    expect(await result).toEqual({ id: "7", wasThere: false });
    expect(asked.at(-1)?.parameters).toEqual({
      CALL_ID: "A.1.1",
      MESSAGES: [{ SIDE: "User", START_TIME: 0, STOP_TIME: 4, MESSAGE: "Добрый день" }],
    });
  });
});

describe("the field of the score", () => {
  const item = (value: unknown) => ({ result: { item: { id: 5, [FIELD]: value } } });

  it.each([72, "72", "72.0000"])("that holds %j already is not written", async (value) => {
    const { asked, writer } = await scripted({ "crm.item.get": item(value) });
    await writer.setScore(deal, 72);
    expect(asked.map(({ method }) => method)).toEqual(["crm.item.get"]);
  });

  it.each([null, "", false, [], undefined])("that holds %j is not taken for 0", async (value) => {
    const { asked, writer } = await scripted({ "crm.item.get": item(value), "crm.item.update": item(0) });
    await writer.setScore(deal, 0);
    expect(asked.at(-1)).toEqual({
      method: "crm.item.update",
      parameters: { entityTypeId: 2, id: 5, fields: { [FIELD]: 0 }, useOriginalUfNames: "Y" },
    });
  });

  it("that one card does not take is a matter of this card", async () => {
    const { writer } = await scripted({
      "crm.item.get": item(null),
      "crm.item.update": { error: "CRM_FIELD_ERROR_REQUIRED" },
    });
    await expect(writer.setScore(deal, 72)).rejects.toMatchObject({ name: "PermanentError" });
  });

  it("is made once for deals and leads, by whoever may", async () => {
    const { sandbox } = await portal();
    const label = { ru: "Оценка", en: "Score" };
    const make = () => makeScoreFields({ webhookUrl: sandbox.webhookUrl }, label);
    expect(await make()).toMatchObject([
      { of: "deal", state: "was there" },
      { of: "lead", state: "made" },
    ]);
    expect(await make()).toMatchObject([{ state: "was there" }, { state: "was there" }]);
    expect(sandbox.crm.userFields).toEqual(new Set([`CRM_DEAL ${FIELD}`, `CRM_LEAD ${FIELD}`]));
    sandbox.fail("userfieldconfig", { status: 400, body: { error: "", error_description: "No rights" } });
    await expect(make()).rejects.toMatchObject({ code: "crm.setup_refused" });
  });
});
