import * as z from "zod";
import { claimEffect } from "../../core/claim.ts";
import { RetryLaterError, VendorError } from "../../core/errors.ts";
import type { NotifierMessage } from "../../core/ports/notify.ts";
import { PAUSED } from "../../core/vendor-health.ts";
import { pipeline } from "../../events/pipeline.ts";
import type { ReportPorts } from "./stage.ts";

const Sent = z.object({ messageIds: z.array(z.string()) });
type Sent = z.infer<typeof Sent>;

/** A little longer than a run can last, so that no second one begins while the first still sends. */
const SENDING_LEASE_SEC = pipeline.report.timeoutSec + 10;

/**
 * Sends what belongs under this marker, if nobody has. A messenger cannot be asked what it was given: a message whose answer was lost, or
 * that broke off in the middle, is sent again from its beginning. So it can come twice, which a person sees and the marker counts;
 * that is preferred to not at all. Resolves to what was sent, now or before.
 */
export async function sendOnce(
  key: string,
  ports: Pick<ReportPorts, "store" | "clock" | "notifier">,
  compose: () => Promise<NotifierMessage>,
): Promise<Sent> {
  const claim = await claimEffect(ports.store, ports.clock, key, Sent, SENDING_LEASE_SEC);
  if (claim.state === "done") return claim.result;
  const { effect } = claim;
  const [message, notifier] = await Promise.all([compose(), ports.notifier()]).catch(
    async (error: unknown) => {
      await effect.release();
      throw error;
    },
  );
  const sent =
    notifier &&
    (await notifier.send(message).catch(async (error: unknown) => {
      await (mayHaveBeenSent(error) ? effect.leaveInDoubt() : effect.release());
      throw error;
    }));
  // When even this cannot be written the claim is kept, so that the repeat comes once its lease has ended and not at once.
  return effect.done({ messageIds: sent?.messageIds ?? [] });
}

/** A pause that is asked for can come after the first of several messages. */
function mayHaveBeenSent(error: unknown): boolean {
  return error instanceof VendorError || (error instanceof RetryLaterError && !error.code.endsWith(PAUSED));
}
