import { storedButtons } from "../../core/chat-choices.ts";
import { type Chat, type ChatUpdate, MAX_SHOWN } from "../../core/ports/chat.ts";
import { rememberShown } from "./memory.ts";
import type { Asking, Reply } from "./reply.ts";

/** Sends the answer; another page of a list comes in the place of the one before. */
export async function sendReply(
  reply: Reply,
  update: ChatUpdate,
  { ports, shown }: Asking,
  chat: Chat,
): Promise<void> {
  const { blocks, files } = reply;
  const buttons = await storedButtons(reply.buttons ?? [], ports);
  // What was awaited has come by now, or something else has.
  if (reply.shown || shown.awaits)
    await rememberShown(update.chat, update.person, { ...shown, awaits: null, ...reply.shown }, ports);
  const html = blocks.join("\n\n");
  if (update.kind === "button" && reply.replaces && html.length <= MAX_SHOWN) {
    const place = { chat: update.chat, messageId: update.messageId };
    // What cannot be edited any more is sent anew.
    if (await chat.edit(place, { html, buttons })) return;
  }
  await (await ports.notifier())?.send({
    chat: update.chat,
    blocks,
    ...(buttons.length === 0 ? {} : { buttons }),
    ...(files === undefined ? {} : { files }),
    ...(update.isPrivate ? {} : { replyTo: update.messageId }),
  });
}
