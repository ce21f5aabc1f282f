import { chatKey, chatLostSentKey } from "../../core/bucket-layout.ts";
import { escapeHtml } from "../../core/ports/notify.ts";
import { ChatNote } from "../../core/remembered-chats.ts";
import { readJson } from "../../core/store-json.ts";
import type { RecipientLost } from "../../events/recipient-lost.ts";
import { messageTextsFor } from "../../locales/messages.ts";
import { sendOnce } from "./send-once.ts";
import type { ReportPorts } from "./stage.ts";

/** Tells the company's own chat, once, that somebody who got messages gets none any more. */
export async function sendRecipientAlert(event: RecipientLost, ports: ReportPorts): Promise<void> {
  const { tenant, subject: ref, data } = event;
  const note = (await readJson(ports.store, chatKey(tenant, ref), ChatNote))?.value;
  // They have come back meanwhile.
  if (note?.lost?.since !== data.since) return;
  const { chat, lost } = note;
  await sendOnce(chatLostSentKey(tenant, ref, data.since), ports, async () => {
    const { recipient } = messageTextsFor((await ports.settingsOf(tenant)).locale).alerts;
    const lines = [recipient.reasons[lost.why], recipient.next].map(escapeHtml);
    return { blocks: [[`🔕 <b>${escapeHtml(recipient.title(chat))}</b>`, ...lines].join("\n")] };
  });
}
