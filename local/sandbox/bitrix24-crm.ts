import type { Clock } from "../../core/clock.ts";
import { refusal, type SandboxMethods } from "./bitrix24-methods.ts";
import type { SandboxReply } from "./server.ts";

/** A call's activity: whose it is, and what else it is bound to. Types are 1 lead, 2 deal, 3 contact, 4 company. */
export interface SandboxActivity {
  id: string;
  owner: { typeId: number; id: number };
  bindings?: { typeId: number; id: number }[];
}

export interface SandboxComment {
  id: number;
  /** `deal-5` */
  card: string;
  text: string;
  /** ISO 8601. */
  createdAt: string;
}

/** What is in the portal's CRM. Tests and the demo look at it and change it while the portal runs. */
export interface SandboxCrm {
  comments: SandboxComment[];
  /** By CALL_ID; the last one is shown. */
  transcripts: Map<string, { id: number; messages: object[] }[]>;
  /** User fields by card, `deal-5`. */
  values: Map<string, Record<string, unknown>>;
  /** `CRM_DEAL UF_CRM_CALL_SCORE` */
  userFields: Set<string>;
  activities: SandboxActivity[];
  /** Cards that were deleted: `deal-5`. Every other one is there. */
  gone: Set<string>;
  /** Every change that was made, in order: `comment deal-5`. */
  changes: string[];
}

export function emptyCrm(): SandboxCrm {
  return {
    comments: [],
    transcripts: new Map(),
    values: new Map(),
    userFields: new Set(),
    activities: [],
    gone: new Set(),
    changes: [],
  };
}

const TYPES: Record<string, string> = { 1: "lead", 2: "deal", 3: "contact", 4: "company" };
const PAGE_SIZE = 50;

/** The portal's CRM methods, in its dialect. `isCall`: whether the telephony knows a call. */
export function crmMethods(
  crm: SandboxCrm,
  clock: Clock,
  isCall: (nativeId: string) => boolean,
): SandboxMethods {
  const change = (what: string) => void crm.changes.push(what);
  return {
    "crm.activity.get": {
      scope: "crm",
      answer({ id }) {
        const activity = crm.activities.find((known) => known.id === String(id));
        if (!activity) return refusal(400, "", "Activity is not found.");
        const { owner } = activity;
        return {
          result: { ID: activity.id, OWNER_TYPE_ID: String(owner.typeId), OWNER_ID: String(owner.id) },
        };
      },
    },
    "crm.activity.binding.list": {
      scope: "crm",
      answer({ activityId }) {
        const activity = crm.activities.find((known) => known.id === String(activityId));
        if (!activity) return refusal(400, "NOT_FOUND", "Element not found");
        const all = [activity.owner, ...(activity.bindings ?? [])];
        return { result: all.map(({ typeId, id }) => ({ entityTypeId: typeId, entityId: id })) };
      },
    },
    "crm.timeline.comment.add": {
      scope: "crm",
      answer({ fields }) {
        const { ENTITY_ID, ENTITY_TYPE, COMMENT } = Object(fields);
        const card = `${ENTITY_TYPE}-${ENTITY_ID}`;
        if (!COMMENT) return refusal(400, "INVALID_ARG_VALUE", "Empty comment");
        if (crm.gone.has(card)) return refusal(400, "OWNER_NOT_FOUND", "Owner not found");
        const id = 999 + crm.comments.length;
        crm.comments.push({ id, card, text: String(COMMENT), createdAt: clock.now().toISOString() });
        change(`comment ${card}`);
        return { result: id };
      },
    },
    "crm.timeline.comment.list": {
      scope: "crm",
      answer({ filter, order, start }) {
        const { ENTITY_ID, ENTITY_TYPE } = Object(filter);
        const found = crm.comments.filter(({ card }) => card === `${ENTITY_TYPE}-${ENTITY_ID}`);
        if (Object(order).ID === "DESC") found.reverse();
        const from = Number(start ?? 0);
        return {
          result: found.slice(from, from + PAGE_SIZE).map(({ id, text, createdAt }) => ({
            ID: String(id),
            COMMENT: text,
            CREATED: createdAt.replace(/\.\d+Z$/, "+00:00"),
          })),
          ...(from + PAGE_SIZE < found.length ? { next: from + PAGE_SIZE } : {}),
          total: found.length,
        };
      },
    },
    "telephony.call.attachTranscription": {
      scope: "telephony",
      answer({ CALL_ID, MESSAGES }) {
        const refused = refusalOf(MESSAGES);
        if (refused) return refused;
        if (!isCall(String(CALL_ID)))
          return refusal(400, "ERROR_CORE", `Call ${CALL_ID} is not found. Is it finished?`);
        const known = crm.transcripts.get(String(CALL_ID)) ?? [];
        const id = 70 + crm.changes.length;
        crm.transcripts.set(String(CALL_ID), [...known, { id, messages: MESSAGES as object[] }]);
        change(`transcript ${CALL_ID}`);
        return { result: { TRANSCRIPT_ID: id } };
      },
    },
    "crm.item.get": { scope: "crm", answer: (parameters) => itemOf(parameters) },
    "crm.item.update": {
      scope: "crm",
      answer(parameters) {
        const item = itemOf(parameters);
        if (!("result" in item)) return item;
        const card = cardOf(parameters);
        const before = crm.values.get(card) ?? {};
        // An unknown field is ignored without a word (Bitrix24 docs, crm-item-update).
        const known = Object.entries(Object(parameters.fields)).filter(([name]) => hasField(card, name));
        const after = { ...before, ...Object.fromEntries(known) };
        if (JSON.stringify(after) !== JSON.stringify(before)) change(`field ${card}`);
        crm.values.set(card, after);
        return itemOf(parameters);
      },
    },
    "userfieldconfig.list": {
      scope: "userfieldconfig",
      answer({ filter }) {
        const fields = [...crm.userFields].map((name) => name.split(" "));
        const found = fields.filter(([, fieldName]) => fieldName === Object(filter).fieldName);
        return {
          result: {
            fields: found.map(([entityId, fieldName]) => ({ entityId, fieldName, userTypeId: "integer" })),
          },
          total: found.length,
        };
      },
    },
    "userfieldconfig.add": {
      scope: "userfieldconfig",
      answer({ field }) {
        const { entityId, fieldName } = Object(field);
        const name = `${entityId} ${fieldName}`;
        if (crm.userFields.has(name)) return refusal(400, "", "The field exists already");
        crm.userFields.add(name);
        return { result: { field: { entityId, fieldName } } };
      },
    },
  };

  function cardOf({ entityTypeId, id }: Record<string, unknown>): string {
    return `${TYPES[String(entityTypeId)]}-${id}`;
  }

  function hasField(card: string, name: string): boolean {
    return crm.userFields.has(`CRM_${card.split("-")[0]?.toUpperCase()} ${name}`);
  }

  function itemOf(parameters: Record<string, unknown>): { result: object } | SandboxReply {
    const card = cardOf(parameters);
    if (crm.gone.has(card)) return refusal(400, "NOT_FOUND", "Element not found");
    if (parameters.useOriginalUfNames !== "Y") return { result: { item: { id: parameters.id } } };
    const owner = `CRM_${card.split("-")[0]?.toUpperCase()} `;
    const empty = [...crm.userFields].flatMap((name) =>
      name.startsWith(owner) ? [[name.slice(owner.length), null]] : [],
    );
    return {
      result: { item: { id: parameters.id, ...Object.fromEntries(empty), ...(crm.values.get(card) ?? {}) } },
    };
  }
}

/** What the portal says of messages that it does not take (Bitrix24 docs, telephony-call-attach-transcription). */
function refusalOf(messages: unknown): SandboxReply | undefined {
  if (!Array.isArray(messages)) return refusal(400, "ERROR_CORE", "MESSAGES should be an array");
  for (const [n, message] of messages.entries()) {
    const { SIDE, START_TIME, STOP_TIME, MESSAGE } = Object(message);
    const wrong =
      (SIDE !== "User" && SIDE !== "Client" && "[SIDE] should be either Client or User") ||
      (!(Number.isInteger(START_TIME) && START_TIME >= 0) &&
        "[START_TIME] should be greater or equal to zero") ||
      (!(Number.isInteger(STOP_TIME) && STOP_TIME > 0) && "[STOP_TIME] should be greater than zero") ||
      (!MESSAGE && "[MESSAGE] is empty");
    if (wrong) return refusal(400, "ERROR_CORE", `MESSAGES[${n}]${wrong}`);
  }
  return undefined;
}
