import type { SandboxReply, SandboxRequest } from "./server.ts";
import type { TelegramSandboxMessage } from "./telegram.ts";
import { buttonsOf, fieldsOf, textField } from "./telegram-fields.ts";

/** How long an empty `getUpdates` is held back here, whatever it asks for. */
const MOST_WAIT_MS = 1000;

/** The side of the Bot API on which people speak to the bot. */
export function chatSideOf(options: {
  messages: TelegramSandboxMessage[];
  readText(text: string, parseMode: string): string | SandboxReply;
}) {
  const { messages, readText } = options;
  let pending: { update_id: number }[] = [];
  let lastId = 1000;
  let wake = () => {};
  const uploads = new Map<string, Buffer>();
  const acknowledged = new Map<string, string>();
  const webhook = { url: "" };

  const ok = (result: unknown): SandboxReply => ({ body: { ok: true, result } });
  const refused = (status: number, description: string): SandboxReply => ({
    status,
    body: { ok: false, error_code: status, description },
  });

  async function updates(request: SandboxRequest): Promise<SandboxReply> {
    if (webhook.url !== "")
      return refused(409, "Conflict: can't use getUpdates method while webhook is active");
    const fields = await fieldsOf(request);
    const offset = Number(fields.get("offset") ?? 0);
    pending = pending.filter(({ update_id: id }) => id >= offset);
    const waitMs = Math.min(Number(fields.get("timeout") ?? 0) * 1000, MOST_WAIT_MS);
    if (pending.length === 0 && waitMs > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, waitMs);
      wake = resolve;
      await promise;
      clearTimeout(timer);
    }
    return ok(pending);
  }

  async function edit(request: SandboxRequest): Promise<SandboxReply> {
    const fields = await fieldsOf(request);
    const id = textField(fields, "message_id");
    const chatId = textField(fields, "chat_id");
    const message = messages.find((one) => one.messageId === id && one.chatId === chatId);
    if (!message) return refused(400, "Bad Request: message to edit not found");
    const text = textField(fields, "text");
    const plain = readText(text, textField(fields, "parse_mode"));
    if (typeof plain !== "string") return plain;
    const buttons = buttonsOf(fields);
    if (buttons === null) return refused(400, "Bad Request: BUTTON_DATA_INVALID");
    if (text === message.text && JSON.stringify(buttons) === JSON.stringify(message.buttons))
      return refused(400, "Bad Request: message is not modified");
    Object.assign(message, { text, plain }, buttons ? { buttons } : {});
    return ok({ message_id: Number(id) });
  }

  async function answer(
    method: string,
    file: string,
    request: SandboxRequest,
  ): Promise<SandboxReply | undefined> {
    switch (method) {
      case "getUpdates":
        return updates(request);
      case "getWebhookInfo":
        return ok({ url: webhook.url, pending_update_count: pending.length });
      case "editMessageText":
        return edit(request);
      case "answerCallbackQuery": {
        const fields = await fieldsOf(request);
        acknowledged.set(textField(fields, "callback_query_id"), textField(fields, "text"));
        return ok(true);
      }
      case "getFile": {
        const id = textField(await fieldsOf(request), "file_id");
        if (!uploads.has(id)) return refused(400, "Bad Request: invalid file_id");
        return ok({ file_id: id, file_unique_id: id, file_path: `voice/${id}.oga` });
      }
      case "file": {
        const content = uploads.get(/^voice\/(.+)\.oga$/.exec(file)?.[1] ?? "");
        return content ? { body: content } : refused(404, "Not Found");
      }
      default:
        return undefined;
    }
  }

  return {
    answer,
    uploads,
    acknowledged,
    webhook,
    say: (update: object): number => {
      lastId += 1;
      pending.push({ ...update, update_id: lastId });
      wake();
      return lastId;
    },
  };
}
