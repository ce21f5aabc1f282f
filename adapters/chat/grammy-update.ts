import * as z from "zod";
import { readRequestButton } from "../../core/button-data.ts";
import type { ChatUpdate, RepliedMessage } from "../../core/ports/chat.ts";

/** Of an update only what is read (Bot API, "Update"); whatever else is in it may be anything. */

const Id = z.number().int();
const File = z.object({
  file_id: z.string().min(1).max(300),
  file_size: z.number().nullish().catch(null),
  duration: z.number().nullish().catch(null),
  mime_type: z.string().nullish().catch(null),
  file_name: z.string().nullish().catch(null),
});
const Place = z.object({ id: Id, type: z.string().nullish().catch(null) });
const Person = z.object({ id: Id });
const Keyboard = z.object({
  inline_keyboard: z.array(z.array(z.object({ callback_data: z.string().nullish().catch(null) }))),
});
const Replied = z.object({ message_id: Id, reply_markup: Keyboard.nullish().catch(null) });
const Message = z.object({
  message_id: Id,
  chat: Place,
  from: Person.nullish().catch(null),
  /** Somebody who writes as a group or a channel; `from` is a stand-in then. */
  sender_chat: Place.nullish().catch(null),
  text: z.string().nullish().catch(null),
  caption: z.string().nullish().catch(null),
  voice: File.nullish().catch(null),
  audio: File.nullish().catch(null),
  document: File.nullish().catch(null),
  reply_to_message: Replied.nullish().catch(null),
});
const Press = z.object({
  id: z.string(),
  from: Person,
  data: z.string().nullish().catch(null),
  message: z.object({ message_id: Id, chat: Place }).nullish().catch(null),
});
const Update = z.object({
  update_id: Id,
  message: Message.nullish().catch(null),
  callback_query: Press.nullish().catch(null),
});

/** Longer texts than Telegram's own limit do not come from Telegram. */
const MAX_TEXT = 4096;

/** `isOurName`: whether the name behind an @ is the bot's own. */
export async function readUpdate(
  text: string,
  isOurName: (name: string) => Promise<boolean>,
): Promise<ChatUpdate | undefined> {
  const update = parse(text);
  if (!update) return undefined;
  const { update_id: id, message, callback_query: press } = update;
  if (press?.message && press.data) {
    const { chat, message_id: messageId } = press.message;
    return {
      kind: "button",
      id,
      ...placeOf(chat),
      person: String(press.from.id),
      pressId: press.id,
      data: press.data,
      messageId: String(messageId),
    };
  }
  return message ? readMessage(id, message, isOurName) : undefined;
}

async function readMessage(
  id: number,
  message: z.infer<typeof Message>,
  isOurName: (name: string) => Promise<boolean>,
): Promise<ChatUpdate | undefined> {
  const said = {
    id,
    ...placeOf(message.chat),
    person: message.sender_chat || !message.from ? null : String(message.from.id),
    messageId: String(message.message_id),
    repliesTo: repliedOf(message.reply_to_message),
  };
  const audio = message.voice ?? message.audio ?? soundOf(message.document, said.repliesTo);
  if (audio) {
    const { file_id: fileId, file_size: sizeBytes, duration: durationSec } = audio;
    return { kind: "audio", ...said, fileId, sizeBytes: sizeBytes ?? null, durationSec: durationSec ?? null };
  }
  const text = await withoutOwnName((message.text ?? message.caption ?? "").slice(0, MAX_TEXT), isOurName);
  return text === undefined || text === "" ? undefined : { kind: "text", ...said, text };
}

function placeOf({ id, type }: z.infer<typeof Place>) {
  return { chat: String(id), isPrivate: type === "private" };
}

function repliedOf(replied: z.infer<typeof Replied> | null | undefined): RepliedMessage | null {
  if (!replied) return null;
  const buttons = (replied.reply_markup?.inline_keyboard ?? []).flat();
  return {
    messageId: String(replied.message_id),
    buttons: buttons.flatMap(({ callback_data: data }) => (data ? [data] : [])),
  };
}

/** Telephone exchanges save recordings so, and messengers call some of them `application/octet-stream`. */
const SOUND_NAME = /\.(mp3|wav|wave|ogg|oga|opus|flac)$/i;

/** A recording that was sent as a file; whatever answers the request for one is meant to be one. */
function soundOf(document: z.infer<typeof File> | null | undefined, repliesTo: RepliedMessage | null) {
  if (!document) return undefined;
  const isAsked = repliesTo?.buttons.some((data) => readRequestButton(data) !== undefined) ?? false;
  const isSound = document.mime_type?.startsWith("audio/") || SOUND_NAME.test(document.file_name ?? "");
  return isAsked || isSound ? document : undefined;
}

/**
 * In groups a bot is spoken to by its name: «/digest@our_bot», «@our_bot худшие звонки». Undefined of a command to another bot.
 */
async function withoutOwnName(
  text: string,
  isOurName: (name: string) => Promise<boolean>,
): Promise<string | undefined> {
  const command = /^\s*(\/\w{1,32})@(\w{3,64})/.exec(text);
  if (command) {
    const [typed, name = "", bot = ""] = command;
    return (await isOurName(bot)) ? `${name}${text.slice(typed.length)}`.trim() : undefined;
  }
  const mention = /(?<!\w)@(\w{3,64})/.exec(text);
  if (mention && (await isOurName(mention[1] ?? "")))
    return `${text.slice(0, mention.index)} ${text.slice(mention.index + mention[0].length)}`.trim();
  return text.trim();
}

function parse(text: string): z.infer<typeof Update> | undefined {
  try {
    return Update.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
