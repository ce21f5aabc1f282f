import * as z from "zod";
import type { Clock } from "../../core/clock.ts";
import { ConfigurationError, PermanentError, VendorError } from "../../core/errors.ts";
import type { CrmComment, CrmPhrase, CrmWriter } from "../../core/ports/crm-writer.ts";
import { dateWithOffset, Id, rows, Text } from "./bitrix24-call.ts";
import { findCard, SCORE_FIELD, typeIdOf } from "./bitrix24-card.ts";
import type { Bitrix24Pace } from "./bitrix24-pace.ts";
import { bitrix24Rest } from "./bitrix24-rest.ts";

export interface Bitrix24WriterOptions {
  /** `BITRIX24_WEBHOOK_URL`: the inbound webhook, `https://<portal>/rest/<user>/<secret>/`. */
  webhookUrl: string;
  fetch?: typeof fetch;
  clock?: Clock;
  /** The one that everything of this process keeps to that asks this portal. */
  pace?: Bitrix24Pace;
}

const Statistic = rows(z.object({ CALL_ID: Text, TRANSCRIPT_ID: Id, TRANSCRIPT_PENDING: Text }));
const Comments = rows(z.object({ ID: Id, COMMENT: Text, CREATED: Text.transform(dateWithOffset) }));
const Attached = z.object({ TRANSCRIPT_ID: Id });
const Item = z.object({ item: z.record(z.string(), z.unknown()) });

/** NOT_FOUND of an item, OWNER_NOT_FOUND of a comment's card (Bitrix24 docs, crm-item-get, crm-timeline-comment-add). */
const GONE = ["NOT_FOUND", "OWNER_NOT_FOUND", "ERROR_NOT_FOUND"];
/** Field values of this one card that the portal does not take, such as a mandatory field that is empty. */
const REFUSED = ["CRM_FIELD_ERROR_VALUE_NOT_VALID", "CRM_FIELD_ERROR_REQUIRED"];

/** Scores into a Bitrix24 portal: timeline comments, transcripts of calls, a user field. */
export function bitrix24Writer(options: Bitrix24WriterOptions): CrmWriter {
  const rest = bitrix24Rest(options);

  /** Calls a method about a card or a call that may be gone. */
  async function ask(method: string, parameters: object, more: readonly string[] = []): Promise<unknown> {
    const reply = await rest.call(method, parameters, [...GONE, ...more]);
    if (!reply)
      throw new PermanentError("crm.entity_gone", `Bitrix24 has nothing any more that ${method} is about`);
    return reply.result;
  }

  /** Newest first, as far back as a comment of ours can lie. The filter knows nothing but the card (Bitrix24 docs, crm-timeline-comment-list). */
  async function findComment({ card, mark, since }: CrmComment): Promise<string | null | undefined> {
    const filter = { ENTITY_ID: Number(card.id), ENTITY_TYPE: card.type };
    for (let start: number | null = 0; start !== null; ) {
      const reply = await rest.call(
        "crm.timeline.comment.list",
        { filter, select: ["ID", "COMMENT", "CREATED"], order: { ID: "DESC" }, start },
        GONE,
      );
      const page = read(Comments, reply?.result ?? []);
      const ours = page.find(({ COMMENT }) => hasWord(COMMENT ?? "", mark));
      if (ours) return ours.ID;
      const isPast = page.every(({ CREATED }) => CREATED !== null && Date.parse(CREATED) < since.getTime());
      const next: number | null = reply?.next ?? null;
      start = isPast || next === null || next <= start ? null : next;
    }
    return undefined;
  }

  async function itemOf(method: string, parameters: object): Promise<Record<string, unknown>> {
    const names = { useOriginalUfNames: "Y" };
    return read(Item, await ask(method, { ...parameters, ...names }, REFUSED)).item;
  }

  return {
    findCard: (call) => findCard(rest, call),

    async addComment(comment) {
      const { card, text, lookFirst } = comment;
      const known = lookFirst ? await findComment(comment) : undefined;
      if (known !== undefined) return { id: known };
      const fields = { ENTITY_ID: Number(card.id), ENTITY_TYPE: card.type, COMMENT: text };
      const id = Id.safeParse(await ask("crm.timeline.comment.add", { fields }));
      return { id: id.data ?? null };
    },

    async attachTranscript({ nativeId, phrases }) {
      // A second transcript would take the place of the first, whoever made that (Bitrix24 docs, telephony-call-attach-transcription).
      const filter = { FILTER: { CALL_ID: nativeId }, SORT: "ID", ORDER: "ASC", start: 0 };
      const found = read(Statistic, await ask("voximplant.statistic.get", filter));
      const legs = found.filter(({ CALL_ID }) => CALL_ID === nativeId);
      if (legs.length === 0)
        throw new PermanentError("crm.entity_gone", "Bitrix24 does not have the call any more");
      const known = legs.find((leg) => leg.TRANSCRIPT_ID !== null || leg.TRANSCRIPT_PENDING === "Y");
      if (known) return { id: known.TRANSCRIPT_ID, wasThere: true };
      const parameters = { CALL_ID: nativeId, MESSAGES: phrases.map(messageOf) };
      // The portal's one code for everything that it does not take of this method.
      const reply = await rest.call("telephony.call.attachTranscription", parameters, ["ERROR_CORE"]);
      if (!reply)
        throw new PermanentError("crm.transcript_refused", "Bitrix24 does not take the call's transcript");
      return { id: Attached.safeParse(reply.result).data?.TRANSCRIPT_ID ?? null, wasThere: false };
    },

    async setScore(card, score) {
      if (card.type !== "deal" && card.type !== "lead")
        throw new PermanentError("crm.no_field", "only deals and leads have a field for the score");
      const key = { entityTypeId: typeIdOf(card), id: Number(card.id) };
      const before = await itemOf("crm.item.get", key);
      if (holds(before, score)) return;
      const after = await itemOf("crm.item.update", { ...key, fields: { [SCORE_FIELD]: score } });
      if (holds(after, score)) return;
      // A name that is unknown is ignored without an error (Bitrix24 docs, crm-item-update): look once more before saying so.
      if (holds(await itemOf("crm.item.get", key), score)) return;
      throw new ConfigurationError(
        "crm.field_missing",
        `Bitrix24 has no field ${SCORE_FIELD} of a ${card.type} that takes a whole number: run \`npx cqa crm-setup\`, or take "field" out of BITRIX24_WRITE_BACK`,
      );
    },
  };
}

function messageOf({ speaker, startSec, stopSec, text }: CrmPhrase): object {
  const SIDE = speaker === "agent" ? "User" : "Client";
  return { SIDE, START_TIME: startSec, STOP_TIME: stopSec, MESSAGE: text };
}

/** Not as the beginning of a longer one: call ids can be that. */
function hasWord(text: string, word: string): boolean {
  return text.split(/[^A-Za-z0-9._-]+/).includes(word);
}

function holds(item: Record<string, unknown>, score: number): boolean {
  const value = item[SCORE_FIELD];
  return (
    (typeof value === "number" || (typeof value === "string" && value !== "")) && Number(value) === score
  );
}

function read<Schema extends z.ZodType>(schema: Schema, result: unknown): z.output<Schema> {
  const parsed = schema.safeParse(result);
  if (parsed.success) return parsed.data;
  throw new VendorError("crm.unreadable_reply", "Bitrix24 answered in an unknown shape");
}
