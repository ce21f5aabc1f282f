import * as z from "zod";
import { digestSentKey } from "../../core/bucket-layout.ts";
import { claimEffect } from "../../core/claim.ts";
import type { Notifier } from "../../core/ports/notify.ts";
import type { Settings } from "../../core/settings.ts";
import type { DigestDue } from "../../events/digest-due.ts";
import type { Stage, StagePorts } from "../run-stage.ts";
import { recordCall } from "./call-row.ts";
import { makeDigest } from "./digest.ts";
import { digestMessage } from "./digest-message.ts";

export interface ReportPorts extends StagePorts {
  /** Null when the company uses no messenger. */
  notifier(): Promise<Notifier | null>;
  settingsOf(tenant: string): Promise<Settings>;
}

const Sent = z.object({ messageIds: z.array(z.string()) });

/** Longer than a few messages take. */
const SENDING_LEASE_SEC = 50;

/**
 * Records how each call ended, and sends the digest when it is due.
 *
 *     call.scored, call.skipped, call.failed → a row of the index
 *     digest.due → digest.json and Telegram
 *
 * Safe to run twice: a row is made anew from the call's artefacts, and a marker keeps that a digest was sent. When Telegram's answer is lost
 * the digest comes twice, which is preferred to not at all.
 */
export const report: Stage<ReportPorts> = {
  name: "report",
  run: async (event, ports) => {
    switch (event.type) {
      case "call.scored":
      case "call.skipped":
      case "call.failed":
        await recordCall(event, ports.store);
        return [];
      case "digest.due":
        await sendDigest(event, ports);
        return [];
      default:
        return [];
    }
  },
};

async function sendDigest(event: DigestDue, ports: ReportPorts): Promise<void> {
  const { tenant } = event;
  const { day } = event.data;
  const key = digestSentKey(tenant, day, "telegram");
  const claim = await claimEffect(ports.store, ports.clock, key, Sent, SENDING_LEASE_SEC);
  if (claim.state === "done") return;
  try {
    const digest = await makeDigest(ports.store, tenant, day);
    const notifier = await ports.notifier();
    const settings = await ports.settingsOf(tenant);
    const sent = notifier
      ? await notifier.send({ blocks: digestMessage(digest, settings) })
      : { messageIds: [] };
    await claim.effect.done(sent);
  } catch (error) {
    await claim.effect.release();
    throw error;
  }
}
