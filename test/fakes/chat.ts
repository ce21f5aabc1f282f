import * as z from "zod";
import { PermanentError } from "../../core/errors.ts";
import { type Chat, type ChatContent, type ChatUpdate, MAX_CHAT_FILE_BYTES } from "../../core/ports/chat.ts";

export interface MemoryChat extends Chat {
  /** Messages that can be edited, by chat and id. */
  editable: Map<string, ChatContent>;
  acknowledged: Map<string, string>;
  files: Map<string, Uint8Array>;
}

const Known = z.looseObject({
  id: z.number(),
  chat: z.string(),
  kind: z.enum(["text", "button", "audio"]),
});

/** A chat whose updates are the port's own, as JSON. */
export function memoryChat(): MemoryChat {
  const editable = new Map<string, ChatContent>();
  const acknowledged = new Map<string, string>();
  const files = new Map<string, Uint8Array>();
  return {
    editable,
    acknowledged,
    files,
    async read(update) {
      try {
        const known = Known.safeParse(JSON.parse(update));
        return known.success ? (known.data as unknown as ChatUpdate) : undefined;
      } catch {
        return undefined;
      }
    },
    async edit({ chat, messageId }, content) {
      const place = `${chat}/${messageId}`;
      if (!editable.has(place)) return false;
      editable.set(place, content);
      return true;
    },
    async acknowledge(pressId, note = "") {
      if (!acknowledged.has(pressId)) acknowledged.set(pressId, note);
    },
    async fetchFile(fileId) {
      const file = files.get(fileId);
      if (!file) throw new PermanentError("chat.file_gone", "there is no such file");
      if (file.length > MAX_CHAT_FILE_BYTES)
        throw new PermanentError("chat.file_too_large", "the file is larger than 20 MB");
      return file;
    },
  };
}
