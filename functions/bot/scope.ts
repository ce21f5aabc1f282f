import type { CallIndex } from "../../core/ports/call-index.ts";

/** Whose calls somebody may ask about. */
export type Scope = { kind: "everybody" } | { kind: "agent"; agentId: string };

/** The question with the asker's own limits over whatever it says of agents. */
export function limited<Query extends { agentIds?: string[] | undefined }>(
  query: Query,
  scope: Scope,
): Query {
  return scope.kind === "everybody" ? query : { ...query, agentIds: [scope.agentId] };
}

/**
 * The index as the asker may see it. This is the one place where it is decided who sees what: every question, the model's too, is asked here.
 */
export function scopedIndex(index: CallIndex, scope: Scope): CallIndex {
  return {
    find: (query) => index.find(limited(query, scope)),
    aggregate: (query) => index.aggregate(limited(query, scope)),
  };
}
