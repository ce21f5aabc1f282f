import * as z from "zod";
import { VendorError } from "../../core/errors.ts";
import type { CrmEntity } from "../../core/ports/crm.ts";
import type { CallInCrm } from "../../core/ports/crm-writer.ts";
import { Id, rows } from "./bitrix24-call.ts";
import type { Bitrix24Rest } from "./bitrix24-rest.ts";

/** The user field of deals and leads that `npx cqa crm-setup` makes. */
export const SCORE_FIELD = "UF_CRM_CALL_SCORE";

/** Bitrix24 docs, crm/data-types, "object_type". */
const TYPES = { lead: 1, deal: 2, contact: 3, company: 4 } as const;

export function typeIdOf({ type }: CrmEntity): number {
  return TYPES[type];
}

const Activity = z.object({ OWNER_TYPE_ID: Id, OWNER_ID: Id });
const Bindings = rows(z.object({ ENTITYTYPEID: Id, ENTITYID: Id }));

/** An activity that was deleted answers with an empty code, bindings of one with NOT_FOUND (Bitrix24 docs, crm-activity-get). */
const GONE = ["", "NOT_FOUND", "ERROR_NOT_FOUND", "ERROR_CORE"];

/**
 * The deal, where the call's activity belongs to one: the statistics never name a deal (Bitrix24 docs, voximplant-statistic-get). The activity's
 * owner counts first, then what else it is bound to, of several deals the newest. Without a deal: what the statistics name, or else the owner.
 */
export async function findCard(
  rest: Bitrix24Rest,
  { entity: stated, activityId }: CallInCrm,
): Promise<CrmEntity | undefined> {
  const entity = stated !== null && isId(stated.id) ? stated : undefined;
  if (activityId === null || !isId(activityId)) return entity;
  const activity = await rest.call("crm.activity.get", { id: Number(activityId) }, GONE);
  if (!activity) return entity;
  const read = Activity.safeParse(activity.result);
  if (!read.success)
    throw new VendorError("crm.unreadable_reply", "Bitrix24 answered crm.activity.get in an unknown shape");
  const owner = entityOf(read.data.OWNER_TYPE_ID, read.data.OWNER_ID);
  if (owner?.type === "deal") return owner;
  const bound = await rest.call("crm.activity.binding.list", { activityId: Number(activityId) }, GONE);
  const bindings = Bindings.safeParse(bound?.result ?? []);
  const deals = (bindings.data ?? []).flatMap(({ ENTITYTYPEID, ENTITYID }) => {
    const found = entityOf(ENTITYTYPEID, ENTITYID);
    return found?.type === "deal" ? [found] : [];
  });
  const newest = deals.sort((one, other) => Number(other.id) - Number(one.id))[0];
  return newest ?? entity ?? owner;
}

function entityOf(typeId: string | null, id: string | null): CrmEntity | undefined {
  const type = Object.entries(TYPES).find(([, known]) => String(known) === typeId)?.[0];
  return type !== undefined && id !== null && isId(id) ? { type: type as CrmEntity["type"], id } : undefined;
}

/** It becomes part of a key in the bucket. */
function isId(text: string): boolean {
  return /^[1-9]\d{0,17}$/.test(text);
}
