import { PermanentError, VendorError } from "../../core/errors.ts";
import { type Chat, MAX_CHAT_FILE_BYTES } from "../../core/ports/chat.ts";
import { checkedRoot, type GrammyOptions, grammyApi, refusal, translated } from "./grammy-client.ts";
import { readUpdate } from "./grammy-update.ts";

const TIMEOUT_SEC = 20;
/** Bot API, answerCallbackQuery. */
const MAX_NOTE = 200;

/** The side of Telegram on which people speak to the bot. */
export function grammyChat(options: GrammyOptions): Chat {
  const api = grammyApi(options, TIMEOUT_SEC);
  let ownName: Promise<string | undefined> | undefined;

  /** Asked for when a name is spoken first; while Telegram does not tell it, every name passes for ours. */
  async function isOurName(name: string): Promise<boolean> {
    ownName ??= api.getMe().then(
      ({ username }) => username?.toLowerCase(),
      () => {
        ownName = undefined;
        return undefined;
      },
    );
    const own = await ownName;
    return own === undefined || own === name.toLowerCase();
  }

  return {
    read: (update) => readUpdate(update, isOurName),

    async edit({ chat, messageId }, { html, buttons }) {
      try {
        await api.editMessageText(Number(chat), Number(messageId), html, {
          parse_mode: "HTML",
          link_preview_options: { is_disabled: true },
          reply_markup: {
            inline_keyboard: buttons.map((row) =>
              row.map(({ text, data }) => ({ text, callback_data: data })),
            ),
          },
        });
        return true;
      } catch (error) {
        const why = refusal(error);
        if (why === undefined) throw translated(error);
        // Pressed twice: it shows what it is to show.
        return why.includes("message is not modified");
      }
    },

    async acknowledge(pressId, note) {
      try {
        await api.answerCallbackQuery(pressId, note === undefined ? {} : { text: note.slice(0, MAX_NOTE) });
      } catch (error) {
        // "query is too old": the person has not waited for it.
        if (refusal(error) === undefined) throw translated(error);
      }
    },

    async fetchFile(fileId) {
      const path = await filePath(fileId);
      const root = checkedRoot(options.apiRoot);
      let bytes: Uint8Array | undefined;
      try {
        const response = await (options.fetch ?? fetch)(`${root}/file/bot${options.token}/${path}`, {
          redirect: "error",
          signal: AbortSignal.timeout(TIMEOUT_SEC * 1000),
        });
        if (response.ok) bytes = await atMost(response, MAX_CHAT_FILE_BYTES);
        else await response.body?.cancel();
      } catch (error) {
        if (error instanceof PermanentError) throw error;
        // The address holds the token, and errors of fetch quote addresses.
        throw new VendorError("chat.failed", "the connection to Telegram failed");
      }
      if (!bytes) throw new VendorError("chat.failed", "Telegram did not give the file");
      return bytes;
    },
  };

  /** Telegram's own name for the file, which becomes part of an address. */
  async function filePath(fileId: string): Promise<string> {
    let path: unknown;
    try {
      path = (await api.getFile(fileId)).file_path;
    } catch (error) {
      const why = refusal(error);
      if (why === undefined) throw translated(error);
      throw why.includes("too big") ? tooLarge() : new PermanentError("chat.file_gone", "the file is gone");
    }
    const isPlain = typeof path === "string" && /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/.test(path);
    if (!isPlain) throw new VendorError("chat.failed", "Telegram named the file in a way that is no path");
    return path as string;
  }
}

const tooLarge = () => new PermanentError("chat.file_too_large", "the file is larger than 20 MB");

async function atMost(response: Response, limitBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > limitBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
