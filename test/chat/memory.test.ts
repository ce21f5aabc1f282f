import type { ChatUpdate } from "../../core/ports/chat.ts";
import { memoryChat } from "../fakes/chat.ts";
import { describeChat } from "./conformance.ts";

describeChat("memory", async () => {
  const chat = memoryChat();
  let lastId = 0;
  const update = (differs: object) => {
    lastId += 1;
    return JSON.stringify({ id: lastId, messageId: String(lastId), ...differs } as Partial<ChatUpdate>);
  };
  return {
    chat,
    text: ({ repliesTo, ...said }) =>
      update({
        kind: "text",
        ...said,
        repliesTo: repliesTo ? { messageId: "1", buttons: repliesTo } : null,
      }),
    press: (pressed) => update({ kind: "button", isPrivate: false, pressId: "p", ...pressed }),
    voice: (sent) => update({ kind: "audio", isPrivate: true, durationSec: null, repliesTo: null, ...sent }),
    standing: async (where) => {
      chat.editable.set(`${where}/41`, { html: "1", buttons: [] });
      return "41";
    },
    shown: (where, messageId) => chat.editable.get(`${where}/${messageId}`),
    upload: (content) => {
      const id = `file-${chat.files.size + 1}`;
      chat.files.set(id, content);
      return id;
    },
    acknowledged: (pressId) => chat.acknowledged.get(pressId),
    close: async () => undefined,
  };
});
