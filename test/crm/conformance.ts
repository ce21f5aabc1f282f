import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CallEndedNotice, Crm, CrmAgent, CrmCall, CrmWebhook } from "../../core/ports/crm.ts";

/** A call as the suite wants the CRM to know it; `audio` is its recording. */
export interface WorldCall extends Omit<CrmCall, "recording"> {
  audio?: Buffer;
}

export interface CrmWorld {
  calls: WorldCall[];
  agents: CrmAgent[];
}

export interface CrmFixture {
  crm: Crm;
  close(): Promise<void>;
}

const AUDIO = Buffer.from("ID3 the sound of a call, in no way a real one");

const call: WorldCall = {
  nativeId: "ABCD1234.1795158930.555",
  startedAt: "2026-11-20T10:15:30+03:00",
  durationSec: 183,
  direction: "incoming",
  kind: "client",
  missed: false,
  agentId: "42",
  clientPhone: "+79990000001",
  line: "reg100500",
  entity: { type: "contact", id: "77" },
  activityId: "901",
  audio: AUDIO,
};
const missedCall: WorldCall = {
  ...call,
  nativeId: "ABCD1234.1795159000.556",
  startedAt: "2026-11-20T10:16:40+03:00",
  durationSec: 0,
  missed: true,
  agentId: null,
  entity: null,
  activityId: null,
};
delete missedCall.audio;
const outgoingCall: WorldCall = {
  ...missedCall,
  nativeId: "ABCD1234.1795160000.557",
  startedAt: "2026-11-20T10:33:20+03:00",
  durationSec: 61,
  direction: "outgoing",
  missed: false,
  agentId: "43",
};
const robotCall: WorldCall = {
  ...outgoingCall,
  nativeId: "ABCD.1795161000.558",
  kind: "info",
  agentId: null,
};
const innerCall: WorldCall = {
  ...outgoingCall,
  nativeId: "ABCD.1795161000.559",
  kind: "internal",
  clientPhone: "101",
};

const world: CrmWorld = {
  calls: [outgoingCall, call, missedCall, robotCall, innerCall],
  agents: [
    { id: "42", name: "Анна Петрова-Ёлкина", departments: ["Отдел продаж", "«Север»"] },
    { id: "43", name: "Олег", departments: [] },
  ],
};

export function crmConformance(name: string, create: (world: CrmWorld) => Promise<CrmFixture>): void {
  describe(`${name} as a CRM`, () => {
    let fixture: CrmFixture;
    let crm: Crm;
    beforeEach(async () => {
      fixture = await create(world);
      crm = fixture.crm;
    });
    afterEach(() => fixture.close());

    test.each(world.calls)(
      "finds call $nativeId with everything that is known about it",
      async (expected) => {
        const { audio: _, ...known } = expected;
        expect(await crm.findCall(expected.nativeId)).toEqual({
          ...known,
          recording: expected.audio ? expect.anything() : null,
        });
      },
    );

    test("does not find a call that the CRM does not know", async () => {
      expect(await crm.findCall("ABCD1234.1795158930.5")).toBeUndefined();
    });

    test("lists the calls of a period, oldest first", async () => {
      const from = new Date("2026-11-20T00:00:00+03:00");
      const listed = await Array.fromAsync(
        crm.listCalls({ from, to: new Date("2026-11-21T00:00:00+03:00") }),
      );
      expect(listed.slice(0, 2).map(({ nativeId }) => nativeId)).toEqual([
        call.nativeId,
        missedCall.nativeId,
      ]);
      expect(listed.map(({ nativeId }) => nativeId).sort()).toEqual(
        world.calls.map(({ nativeId }) => nativeId).sort(),
      );
      expect(listed[0]).toEqual(await crm.findCall(call.nativeId));
    });

    test("takes the start of a period in and leaves its end out", async () => {
      const period = { from: new Date(call.startedAt), to: new Date(missedCall.startedAt) };
      const listed = await Array.fromAsync(crm.listCalls(period));
      expect(listed.map(({ nativeId }) => nativeId)).toEqual([call.nativeId]);
    });

    test("lists nothing for a period without calls", async () => {
      const period = { from: new Date("2020-01-01T00:00:00Z"), to: new Date("2020-01-02T00:00:00Z") };
      expect(await Array.fromAsync(crm.listCalls(period))).toEqual([]);
    });

    test.each(world.agents)("finds agent $id with name and departments", async (agent) => {
      expect(await crm.findAgent(agent.id)).toEqual(agent);
    });

    test.each(["999", "0", "", "robot"])("does not find agent %j", async (id) => {
      expect(await crm.findAgent(id)).toBeUndefined();
    });

    test("opens a recording with its size and media type", async () => {
      const found = await crm.findCall(call.nativeId);
      const opened = await crm.openRecording(found!.recording!);
      expect(opened).toMatchObject({ sizeBytes: AUDIO.length, contentType: "audio/mpeg" });
      expect(Buffer.from(await new Response(opened!.body).arrayBuffer())).toEqual(AUDIO);
    });

    test("opens the same recording twice", async () => {
      const { recording } = (await crm.findCall(call.nativeId))!;
      for (const _ of [1, 2]) {
        const opened = await crm.openRecording(recording!);
        expect((await new Response(opened!.body).arrayBuffer()).byteLength).toBe(AUDIO.length);
      }
    });

    test("says nothing is there for a file that the CRM does not have", async () => {
      expect(await crm.openRecording({ fileId: "404404" })).toBeUndefined();
    });
  });
}

/** How a CRM writes a webhook in its own dialect. A field that is left out of the notice is left out of the body. */
export interface CrmWebhookFixture {
  create(secret: string | undefined): CrmWebhook;
  write(message: { secret?: string; event: "call-ended" | "other"; notice?: Partial<CallEndedNotice> }): {
    body: string;
    contentType: string | null;
  };
}

const notice: CallEndedNotice = {
  nativeId: call.nativeId,
  startedAt: call.startedAt,
  sentAt: "2026-11-20T07:18:40.000Z",
  durationSec: 183,
  direction: "incoming",
  kind: null,
  missed: false,
  agentId: "42",
};

export function crmWebhookConformance(name: string, { create, write }: CrmWebhookFixture): void {
  describe(`${name} as a CRM's webhook`, () => {
    const secret = "s3cret-of-the-portal";
    const read = (
      message: Parameters<CrmWebhookFixture["write"]>[0],
      configured: string | undefined = secret,
    ) => {
      const { body, contentType } = write(message);
      return create(configured).read(body, contentType);
    };

    test("reads a call that has ended", () => {
      expect(read({ secret, event: "call-ended", notice })).toEqual({ kind: "call-ended", notice });
    });

    test("reads a notice that says nothing but the call's id", () => {
      const bare = { nativeId: notice.nativeId };
      expect(read({ secret, event: "call-ended", notice: bare })).toEqual({
        kind: "call-ended",
        notice: {
          nativeId: notice.nativeId,
          startedAt: null,
          sentAt: null,
          durationSec: null,
          direction: null,
          kind: null,
          missed: null,
          agentId: null,
        },
      });
    });

    test("ignores another event", () => {
      expect(read({ secret, event: "other" })).toEqual({ kind: "ignored" });
    });

    test.each([
      ["a wrong secret", { secret: "s3cret-of-the-portaL", event: "call-ended", notice }],
      ["a secret that only begins right", { secret: "s3cret-of-the", event: "call-ended", notice }],
      ["no secret", { event: "call-ended", notice }],
      ["no secret for another event", { event: "other" }],
    ] as const)("refuses %s", (_, message) => {
      expect(read(message)).toEqual({ kind: "unauthorized" });
    });

    test.each([undefined, ""])("refuses everything while the secret is %j", (configured) => {
      const { body, contentType } = write({ secret: configured ?? "", event: "call-ended", notice });
      expect(create(configured).read(body, contentType)).toEqual({ kind: "unauthorized" });
      expect(create(configured).read("", null)).toEqual({ kind: "unauthorized" });
    });

    test("cannot read a call without an id", () => {
      expect(read({ secret, event: "call-ended", notice: { durationSec: 5 } })).toMatchObject({
        kind: "unreadable",
      });
    });

    test.each(["", "{", "[]", "\0\uFFFD", "null"])("cannot read the body %j", (body) => {
      expect(create(secret).read(body, null)).toMatchObject({ kind: "unreadable" });
    });
  });
}
