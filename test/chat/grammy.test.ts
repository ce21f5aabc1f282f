import { grammyChat } from "../../adapters/chat/grammy.ts";
import { telegram } from "../../adapters/notify/telegram.ts";
import { startTelegramSandbox } from "../../local/sandbox/telegram.ts";
import { describeChat } from "./conformance.ts";

const token = "123:abc";

describeChat("grammY and Telegram", async () => {
  const sandbox = await startTelegramSandbox({ token });
  const chat = grammyChat({ token, apiRoot: sandbox.url });
  const notifier = telegram({ token, chatId: "1", apiRoot: sandbox.url });
  let lastId = 100;
  const message = (place: { chat: string; person: string; isPrivate?: boolean }, content: object) => ({
    message_id: lastId,
    date: 1_790_000_000,
    chat: { id: Number(place.chat), type: place.isPrivate === false ? "supergroup" : "private" },
    from: { id: Number(place.person), is_bot: false, first_name: "<b>" },
    ...content,
  });
  const update = (differs: object) => {
    lastId += 1;
    return JSON.stringify({ update_id: lastId, ...differs });
  };
  return {
    chat,
    text: ({ text, repliesTo, ...place }) =>
      update({
        message: message(place, {
          text,
          ...(repliesTo
            ? {
                reply_to_message: message(place, {
                  reply_markup: {
                    inline_keyboard: [repliesTo.map((data) => ({ text: "1", callback_data: data }))],
                  },
                }),
              }
            : {}),
        }),
      }),
    press: ({ data, person, chat: where }) =>
      update({
        callback_query: {
          id: "p",
          from: { id: Number(person), is_bot: false, first_name: "A" },
          chat_instance: "1",
          data,
          message: message({ chat: where, person: "1", isPrivate: false }, { text: "1" }),
        },
      }),
    voice: ({ fileId, sizeBytes, ...place }) =>
      update({
        message: message(place, {
          voice: { file_id: fileId, file_unique_id: "u", duration: 2, file_size: sizeBytes },
        }),
      }),
    standing: async (where) => (await notifier.send({ chat: where, blocks: ["1"] })).messageIds[0] ?? "",
    shown: (where, messageId) => {
      const found = sandbox.messages.find((one) => one.messageId === messageId && one.chatId === where);
      return (
        found && {
          html: found.text,
          buttons: (found.buttons ?? []).map((row) =>
            row.map(({ text, callback_data: data = "" }) => ({ text, data })),
          ),
        }
      );
    },
    upload: (content) => {
      const id = `file-${sandbox.uploads.size + 1}`;
      sandbox.uploads.set(id, Buffer.from(content));
      return id;
    },
    acknowledged: (pressId) => sandbox.acknowledged.get(pressId),
    close: () => sandbox.close(),
  };
});
