import { type CallQueryInput, MAX_PAGE } from "../../core/call-query.ts";
import type { CallRow } from "../../core/call-row.ts";
import type { CallIndex } from "../../core/ports/call-index.ts";

/** Every call of a period, newest first, a page in memory. */
export async function* rowsOf(
  index: CallIndex,
  period: Pick<CallQueryInput, "tenant" | "from" | "to">,
): AsyncGenerator<CallRow> {
  let cursor: string | undefined;
  do {
    const page = await index.find({
      ...period,
      limit: MAX_PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    yield* page.rows;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}
