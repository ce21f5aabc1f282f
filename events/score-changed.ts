import { scorecardKey } from "../core/bucket-layout.ts";
import type { ScoreChanged } from "../core/review.ts";
import { CallScored } from "./call-scored.ts";

/** The call is announced as scored once more: its row, and what shows its score elsewhere, are made anew. */
export function scoreChanged(changed: ScoreChanged): CallScored {
  const { tenant, callId, checklistId, checklistVersion, decision, at } = changed;
  return CallScored.create({
    tenant,
    subject: callId,
    time: at,
    distinct: `${checklistId}@${checklistVersion}:${decision}`,
    data: {
      scorecardKey: scorecardKey(tenant, callId, checklistId, checklistVersion),
      checklistId,
      checklistVersion,
    },
  });
}
