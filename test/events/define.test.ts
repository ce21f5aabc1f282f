import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { dayPeriod } from "../../core/report-period.ts";
import { CallScored } from "../../events/call-scored.ts";
import { definitions, readEvent } from "../../events/catalog.ts";
import { defineEvent, readEnvelope } from "../../events/define.ts";
import { DigestDue } from "../../events/digest-due.ts";
import { examples } from "./examples.ts";

const example = examples["call.scored"];
const common = { tenant: "default", subject: "20261120-upload-1", time: new Date("2026-11-20T10:00:00Z") };
const scored = (given: Record<string, unknown> = {}) =>
  CallScored.create({
    ...common,
    data: { scorecardKey: "a/b", checklistId: "c", checklistVersion: 1, ...given },
  });

describe("the envelope", () => {
  it("is a CloudEvent", () => {
    expect(scored()).toEqual({
      specversion: "1.0",
      id: "call.scored:20261120-upload-1",
      source: "call-quality-analyst",
      type: "call.scored",
      subject: "20261120-upload-1",
      time: "2026-11-20T10:00:00.000Z",
      datacontenttype: "application/json",
      tenant: "default",
      dataversion: 1,
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
      data: { scorecardKey: "a/b", checklistId: "c", checklistVersion: 1 },
    });
  });

  it.each(Object.values(examples).map((event) => [event.type, event] as const))(
    "of %s has attributes that CloudEvents allows: lower case letters and digits",
    (type, event) => {
      for (const name of Object.keys(event)) expect(name).toMatch(/^[a-z0-9]{1,20}$/);
      expect(type).toMatch(/^[a-z]+\.[a-z]+$/);
    },
  );

  it("survives its way through a queue", () => {
    for (const event of Object.values(examples))
      expect(readEvent(JSON.parse(JSON.stringify(event)))).toEqual(event);
  });

  it("keeps the moment before which it is not to be handled", () => {
    const notbefore = "2026-11-20T10:05:00.000Z";
    expect(readEvent({ ...example, notbefore })).toEqual({ ...example, notbefore });
  });
});

describe("ids", () => {
  it("are derived, so that the same event sent twice is the same event", () => {
    expect(scored()).toEqual(scored());
    expect(CallScored.create({ ...common, data: scored().data, distinct: "c@1" }).id).toBe(
      "call.scored:20261120-upload-1:c@1",
    );
  });

  it("tell apart the type, the call and what is distinct", () => {
    const ids = [
      scored(),
      CallScored.create({ ...common, subject: "20261120-upload-2", data: scored().data }),
      CallScored.create({ ...common, data: scored().data, distinct: "c@1" }),
      CallScored.create({ ...common, data: scored().data, distinct: "c@2" }),
      DigestDue.create({ ...common, data: dayPeriod("2026-11-20") }),
    ].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("do not hang on the time, the trace is the call's and the span is the event's", () => {
    const later = CallScored.create({ ...common, time: new Date(0), data: scored().data });
    const other = DigestDue.create({ ...common, data: dayPeriod("2026-11-20") });
    const [, trace, span] = scored().traceparent.split("-");
    expect(later.id).toBe(scored().id);
    expect(later.traceparent).toBe(scored().traceparent);
    expect(other.traceparent.split("-")[1]).toBe(trace);
    expect(other.traceparent.split("-")[2]).not.toBe(span);
  });

  it("of two tenants with one call have two traces", () => {
    const other = CallScored.create({ ...common, tenant: "other", data: scored().data });
    expect(other.traceparent.split("-")[1]).not.toBe(scored().traceparent.split("-")[1]);
  });
});

describe("sending is strict", () => {
  it.each<[string, Record<string, unknown>]>([
    ["a field too much", { transcript: "Добрый день" }],
    ["a field too little", { checklistId: undefined }],
    ["a field of another type", { checklistVersion: "1" }],
    ["an empty key", { scorecardKey: "" }],
  ])("%s is refused", (_name, given) => {
    expect(() => scored(given)).toThrow(z.ZodError);
  });

  it("for every event on the bus", () => {
    for (const definition of definitions) {
      const { data, subject } = examples[definition.type];
      const create = definition.create as (input: unknown) => unknown;
      expect(() => create({ ...common, subject, data })).not.toThrow();
      expect(() => create({ ...common, subject, data: { ...data, phone: "+79990000000" } })).toThrow(
        z.ZodError,
      );
      expect(() => create({ ...common, subject, data: {} })).toThrow(z.ZodError);
    }
  });
});

describe("receiving is tolerant", () => {
  it("of fields that a later version added", () => {
    const later = { ...example, extension: "x", data: { ...example.data, added: [1] } };
    expect(readEvent(later)).toEqual(example);
  });

  it("of an envelope without a trace or a content type", () => {
    const { traceparent, datacontenttype, ...bare } = example;
    expect(readEvent(bare)).toEqual({ ...bare, traceparent, datacontenttype });
  });

  it("of a time with an offset", () => {
    expect(readEvent({ ...example, time: "2026-11-20T13:00:00+03:00" }).time).toBe(
      "2026-11-20T13:00:00+03:00",
    );
  });

  it.each<[string, Record<string, unknown>]>([
    ["another specification", { specversion: "0.3" }],
    ["no id", { id: "" }],
    ["no subject", { subject: undefined }],
    ["a time that is none", { time: "yesterday" }],
    ["a time without an offset", { time: "2026-11-20T10:00:00" }],
    ["a tenant that leaves its folder", { tenant: "../other" }],
    ["a version that is none", { dataversion: 0 }],
    ["a content type that is none of ours", { datacontenttype: "text/xml" }],
    ["no data", { data: undefined }],
    ["data without a field that is read", { data: {} }],
    ["data of another type", { data: { ...example.data, checklistVersion: "3" } }],
  ])("but not of %s", (_name, change) => {
    expect(() => readEvent({ ...example, ...change })).toThrow(z.ZodError);
  });

  it("but not of a type that nobody knows", () => {
    for (const type of ["call.exploded", "constructor", "__proto__"])
      expect(() => readEvent({ ...example, type })).toThrow(RangeError);
  });

  it("and whatever lies on a queue, it is an event or an error", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(() => readEvent(json)).toThrow();
      }),
    );
  });
});

describe("an older version", () => {
  const v3 = defineEvent({
    type: "call.tested",
    version: 3,
    data: { key: z.string(), durationSec: z.number() },
    upcast: {
      1: (data) => ({ key: (data as { path: string }).path, length: 5 }),
      2: (data) => ({ key: (data as { key: string }).key, durationSec: (data as { length: number }).length }),
    },
  });
  const envelope = (dataversion: number, data: unknown) =>
    readEnvelope({ ...example, type: "call.tested", dataversion, data });

  it.each([
    [1, { path: "a" }],
    [2, { key: "a", length: 5 }],
    [3, { key: "a", durationSec: 5 }],
  ])("%i is lifted step by step", (dataversion, data) => {
    expect(v3.read(envelope(dataversion, data))).toMatchObject({
      dataversion: 3,
      data: { key: "a", durationSec: 5 },
    });
  });

  it("that cannot be lifted is an error, not a guess", () => {
    expect(() => v3.read(envelope(1, { key: 5 }))).toThrow(z.ZodError);
  });

  it("needs no step where only an optional field was added", () => {
    const v2 = defineEvent({
      type: "call.tested",
      version: 2,
      data: { key: z.string(), note: z.string().optional() },
    });
    expect(v2.read(envelope(1, { key: "a" }))).toMatchObject({ dataversion: 2, data: { key: "a" } });
  });
});
