import { assertSendable, type NotifierFile, type NotifierMessage } from "../../core/ports/notify.ts";
import { plainText } from "./telegram-html.ts";
import { splitIntoParts } from "./telegram-parts.ts";

/** One request to the Bot API that sends something, without the chat. */
export interface SendRequest {
  method: "sendMessage" | "sendPhoto" | "sendDocument" | "sendMediaGroup";
  fields: Record<string, unknown>;
  /** By the name under which the fields speak of them. */
  uploads: { name: string; file: NotifierFile }[];
}

/** How it is to be said: plainly when Telegram cannot read the HTML, pictures as documents when it does not take them for pictures. */
export interface Manner {
  isPlain: boolean;
  asDocuments: boolean;
}

export type Step = (manner: Manner) => SendRequest;

/** Telegram takes 1024 (Bot API, sendDocument); the rest is for what it counts in another way. */
const MAX_CAPTION = 1000;
/** Bot API, sendMediaGroup: two to ten, all photos or all documents. */
const MAX_GROUP = 10;

/** The requests that make up one message, in order. */
export function stepsOf(message: NotifierMessage): Step[] {
  assertSendable(message);
  const { blocks, files = [], buttons = [], replyTo } = message;
  const parts = splitIntoParts(blocks);
  const texts = parts.map((part, index): Step => {
    const isLast = index === parts.length - 1;
    const keyboard =
      isLast && buttons.length > 0 ? { reply_markup: { inline_keyboard: keyboardOf(buttons) } } : {};
    return ({ isPlain }) => ({
      method: "sendMessage",
      fields: {
        ...formatted("text", part, isPlain),
        link_preview_options: { is_disabled: true },
        ...keyboard,
      },
      uploads: [],
    });
  });
  const photos = files.filter(({ kind }) => kind === "photo");
  const documents = files.filter(({ kind }) => kind === "document");
  const groups = [...inGroups(photos), ...inGroups(documents)].map(stepOfFiles);
  const steps = [...texts, ...groups];
  if (replyTo === undefined) return steps;
  const reply = {
    reply_parameters: { message_id: Number(replyTo), allow_sending_without_reply: true },
  };
  return steps.map((step, index) => (index === 0 ? (manner) => withFields(step(manner), reply) : step));
}

function stepOfFiles(files: readonly NotifierFile[]): Step {
  const [only] = files;
  return ({ isPlain, asDocuments }) => {
    const kindOf = ({ kind }: NotifierFile) => (asDocuments ? "document" : kind);
    const captionOf = ({ caption = "" }: NotifierFile) => {
      const [begin] = splitIntoParts([caption], MAX_CAPTION);
      return begin === undefined ? {} : formatted("caption", begin, isPlain);
    };
    if (files.length === 1 && only) {
      const kind = kindOf(only);
      return {
        method: kind === "photo" ? "sendPhoto" : "sendDocument",
        fields: captionOf(only),
        uploads: [{ name: kind, file: only }],
      };
    }
    return {
      method: "sendMediaGroup",
      fields: {
        media: files.map((file, index) => ({
          type: kindOf(file),
          media: `attach://${uploadName(index)}`,
          ...captionOf(file),
        })),
      },
      uploads: files.map((file, index) => ({ name: uploadName(index), file })),
    };
  };
}

const uploadName = (index: number) => `file${index}`;

function formatted(field: "text" | "caption", html: string, isPlain: boolean): Record<string, unknown> {
  return isPlain ? { [field]: plainText(html) } : { [field]: html, parse_mode: "HTML" };
}

function keyboardOf(buttons: NonNullable<NotifierMessage["buttons"]>): object[][] {
  return buttons
    .filter((row) => row.length > 0)
    .map((row) =>
      row.map((button) =>
        "url" in button
          ? { text: button.text, url: button.url }
          : { text: button.text, callback_data: button.data },
      ),
    );
}

function inGroups(files: readonly NotifierFile[]): NotifierFile[][] {
  const groups: NotifierFile[][] = [];
  for (let at = 0; at < files.length; at += MAX_GROUP) groups.push(files.slice(at, at + MAX_GROUP));
  return groups;
}

function withFields(request: SendRequest, fields: object): SendRequest {
  return { ...request, fields: { ...request.fields, ...fields } };
}
