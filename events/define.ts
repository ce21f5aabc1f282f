import * as z from "zod";
import { sha256 } from "../core/call.ts";

/** A CloudEvents 1.0 envelope in JSON (https://cloudevents.io) with this product's extensions. */
const Envelope = z.object({
  specversion: z.literal("1.0"),
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string().min(1),
  /** The call's id; of a digest: its period. It becomes a folder of the bucket. */
  subject: z.string().regex(/^(?!\.+$)[A-Za-z0-9._-]{1,200}$/),
  time: z.iso.datetime({ offset: true }),
  datacontenttype: z.literal("application/json").optional(),
  tenant: z.string().regex(/^(?!\.+$)[A-Za-z0-9._-]{1,64}$/),
  dataversion: z.number().int().positive(),
  /** W3C trace context, derived from the call, so that every queue and every attempt carries the same trace. */
  traceparent: z.string().optional(),
  /** Not to be handled before this moment: delays beyond a queue's maximum are made of several. */
  notbefore: z.iso.datetime({ offset: true }).optional(),
  data: z.unknown(),
});

export interface Event<Type extends string = string, Data = unknown> {
  specversion: "1.0";
  id: string;
  source: string;
  type: Type;
  subject: string;
  time: string;
  datacontenttype: "application/json";
  tenant: string;
  dataversion: number;
  traceparent: string;
  notbefore?: string;
  data: Data;
}

export interface EventDefinition<Type extends string, Data> {
  type: Type;
  version: number;
  create(input: EventInput<Data>): Event<Type, Data>;
  /** @throws z.ZodError when the envelope's data cannot be read in any version ever sent */
  read(envelope: z.infer<typeof Envelope>): Event<Type, Data>;
}

export interface EventInput<Data> {
  tenant: string;
  subject: string;
  time: Date;
  data: Data;
  /** What tells two events of one type and subject apart, e.g. the checklist. Ids are derived, never drawn. */
  distinct?: string;
}

interface Definition<Type extends string, Shape extends z.ZodRawShape> {
  type: Type;
  version: number;
  /** Strict when sending, tolerant when receiving: both are made of this one shape. */
  data: Shape;
  /** Lifts the data of an older version, one step at a time: `upcast[1]` makes version 2 of version 1. */
  upcast?: Record<number, (data: unknown) => unknown>;
}

export function defineEvent<const Type extends string, Shape extends z.ZodRawShape>({
  type,
  version,
  data,
  upcast = {},
}: Definition<Type, Shape>): EventDefinition<Type, z.output<z.ZodObject<Shape>>> {
  type Data = z.output<z.ZodObject<Shape>>;
  const strict = z.strictObject(data);
  const tolerant = z.object(data);

  return {
    type,
    version,
    create({ tenant, subject, time, data: given, distinct }) {
      const id = `${type}:${subject}${distinct === undefined ? "" : `:${distinct}`}`;
      return {
        specversion: "1.0",
        id,
        source: "call-quality-analyst",
        type,
        subject,
        time: time.toISOString(),
        datacontenttype: "application/json",
        tenant,
        dataversion: version,
        traceparent: traceparentOf(tenant, subject, id),
        data: strict.parse(given) as Data,
      };
    },
    read(envelope) {
      let lifted = envelope.data;
      for (let at = envelope.dataversion; at < version; at++) lifted = upcast[at]?.(lifted) ?? lifted;
      const { notbefore, ...rest } = envelope;
      return {
        ...rest,
        type,
        datacontenttype: "application/json",
        dataversion: version,
        traceparent: envelope.traceparent ?? traceparentOf(envelope.tenant, envelope.subject, envelope.id),
        ...(notbefore === undefined ? {} : { notbefore }),
        data: tolerant.parse(lifted) as Data,
      };
    },
  };
}

export function readEnvelope(json: unknown): z.infer<typeof Envelope> {
  return Envelope.parse(json);
}

/** One trace per call, one span per event (https://www.w3.org/TR/trace-context/#traceparent-header). */
function traceparentOf(tenant: string, subject: string, id: string): string {
  return `00-${sha256(`${tenant}/${subject}`).slice(0, 32)}-${sha256(id).slice(0, 16)}-01`;
}
