import type { CrmEntity } from "./crm.ts";

/**
 * Writes into the customer's CRM. Drivers do not repeat; whoever calls decides by a claim that nobody else writes, and an answer
 * that was lost is settled by looking.
 *
 * Every method throws PermanentError `crm.entity_gone` when the CRM has no such card or call any more.
 */
export interface CrmWriter {
  /** The card that the call belongs to: a deal where there is one, or else the lead, contact or company; undefined when there is none. */
  findCard(call: CallInCrm): Promise<CrmEntity | undefined>;
  /**
   * Puts a comment on the card's timeline. `mark` stands in the text as a word of its own; with `lookFirst` a comment with this mark
   * that is there already, and not older than `since`, is taken for ours.
   */
  addComment(comment: CrmComment): Promise<{ id: string | null }>;
  /** Attaches a transcript to the call, unless it has one, whoever's it is. */
  attachTranscript(transcript: CrmTranscript): Promise<{ id: string | null; wasThere: boolean }>;
  /**
   * Sets the score of a deal or lead; one that is there already is not written again.
   * @throws ConfigurationError `crm.field_missing` when the CRM has no such field
   */
  setScore(card: CrmEntity, score: number): Promise<void>;
}

export interface CallInCrm {
  /** From the CRM's statistics. */
  entity: CrmEntity | null;
  activityId: string | null;
}

export interface CrmComment {
  card: CrmEntity;
  /** BB codes; what people said is already escaped by {@link escapeBbCode}. */
  text: string;
  mark: string;
  since: Date;
  lookFirst: boolean;
}

export interface CrmTranscript {
  /** The CRM's own id of the call. */
  nativeId: string;
  phrases: readonly CrmPhrase[];
}

export interface CrmPhrase {
  speaker: "agent" | "client";
  /** Whole seconds; `stopSec` is at least 1 and after `startSec`. */
  startSec: number;
  stopSec: number;
  text: string;
}

/** BB codes know no escaping: brackets that people wrote become round ones. One line, as it stands in the middle of others. */
export function escapeBbCode(text: string): string {
  return text.replaceAll("[", "(").replaceAll("]", ")").replaceAll(/\s+/gu, " ").trim();
}
