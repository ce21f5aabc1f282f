import { ConfigurationError, PermanentError, VendorError } from "../../core/errors.ts";
import type { CrmEntity } from "../../core/ports/crm.ts";
import type { CrmPhrase, CrmWriter } from "../../core/ports/crm-writer.ts";

type Method = keyof CrmWriter;

export interface MemoryCrmWriter extends CrmWriter {
  /** The deals of activities. */
  deals: Map<string, string>;
  /** Cards and calls that were deleted: `deal-5`, `ABCD.1`. */
  gone: Set<string>;
  comments: { id: string; card: string; text: string; at: Date }[];
  transcripts: Map<string, { id: string; phrases: readonly CrmPhrase[] }>;
  scores: Map<string, number>;
  /** Kinds of card that have the field. */
  fields: Set<string>;
  /** Every change that was made, in order. */
  changes: string[];
  /** Every method that was called, in order. */
  asked: Method[];
  /** The next call of the method fails with this. */
  fail(method: Method, error: Error): void;
  /** The next call of the method does its work, and its answer is lost. */
  loseAnswer(method: Method): void;
}

/** The writing side of a CRM in memory, with every promise of the port. */
export function memoryCrmWriter({ now = () => new Date() }: { now?: () => Date } = {}): MemoryCrmWriter {
  const faults: { method: Method; error: Error; worksFirst: boolean }[] = [];
  const deals: MemoryCrmWriter["deals"] = new Map();
  const gone: MemoryCrmWriter["gone"] = new Set();
  const comments: MemoryCrmWriter["comments"] = [];
  const transcripts: MemoryCrmWriter["transcripts"] = new Map();
  const scores: MemoryCrmWriter["scores"] = new Map();
  const fields: MemoryCrmWriter["fields"] = new Set(["deal", "lead"]);
  const changes: string[] = [];
  const asked: Method[] = [];

  async function meet<Result>(method: Method, work: () => Result): Promise<Result> {
    asked.push(method);
    const at = faults.findIndex((fault) => fault.method === method);
    const [fault] = at < 0 ? [] : faults.splice(at, 1);
    if (fault && !fault.worksFirst) throw fault.error;
    const result = work();
    if (fault) throw fault.error;
    return result;
  }

  function mustBeThere(what: string): void {
    if (gone.has(what)) throw new PermanentError("crm.entity_gone", "it was deleted");
  }

  return {
    deals,
    gone,
    comments,
    transcripts,
    scores,
    fields,
    changes,
    asked,
    fail: (method, error) => void faults.push({ method, error, worksFirst: false }),
    loseAnswer: (method) => {
      const error = new VendorError("crm.unreachable", "the answer was lost");
      faults.push({ method, error, worksFirst: true });
    },

    findCard: ({ entity, activityId }) =>
      meet("findCard", (): CrmEntity | undefined => {
        const deal = deals.get(activityId ?? "");
        return deal === undefined ? (entity ?? undefined) : { type: "deal", id: deal };
      }),

    addComment: ({ card: { type, id: cardId }, text, mark, since, lookFirst }) =>
      meet("addComment", () => {
        const card = `${type}-${cardId}`;
        mustBeThere(card);
        const words = (comment: string) => comment.split(/[^A-Za-z0-9._-]+/);
        const known = comments.find(
          (comment) => comment.card === card && comment.at >= since && words(comment.text).includes(mark),
        );
        if (lookFirst && known) return { id: known.id };
        const id = String(comments.length + 1);
        comments.push({ id, card, text, at: now() });
        changes.push(`comment ${card}`);
        return { id };
      }),

    attachTranscript: ({ nativeId, phrases }) =>
      meet("attachTranscript", () => {
        mustBeThere(nativeId);
        const known = transcripts.get(nativeId);
        if (known) return { id: known.id, wasThere: true };
        const id = `transcript-${nativeId}`;
        transcripts.set(nativeId, { id, phrases });
        changes.push(`transcript ${nativeId}`);
        return { id, wasThere: false };
      }),

    setScore: ({ type, id }, score) =>
      meet("setScore", () => {
        const card = `${type}-${id}`;
        mustBeThere(card);
        if (type !== "deal" && type !== "lead") throw new PermanentError("crm.no_field", "no such field");
        if (!fields.has(type)) throw new ConfigurationError("crm.field_missing", "make the field");
        if (scores.get(card) === score) return;
        scores.set(card, score);
        changes.push(`field ${card}`);
      }),
  };
}
