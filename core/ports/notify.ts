/** Where digests and alerts go. */
export interface Notifier {
  /**
   * Sends one message: its text, split where it is too long, then its files. Not exactly once: when an answer is lost the message may
   * arrive twice, which is preferred to not at all. What shows nothing is not sent.
   *
   * @throws RangeError for what no messenger would take, see {@link assertSendable}
   */
  send(message: NotifierMessage): Promise<SentMessage>;
}

export interface NotifierMessage {
  /** Blocks of Telegram's HTML subset, data already escaped. A block is kept whole where it fits. */
  blocks: readonly string[];
  /** Pictures come before documents; several of a kind come as one group where the messenger has groups. */
  files?: readonly NotifierFile[];
  /** Rows of buttons under the text, under its last part where it is split. */
  buttons?: readonly (readonly NotifierButton[])[];
  /** Id of the message that this one answers. Where that one is gone it comes all the same. */
  replyTo?: string;
  /** Somebody else than the company's own chat. */
  chat?: string;
}

export interface SentMessage {
  /** Of the text's parts first, then of the files; none when nothing was to be seen. */
  messageIds: string[];
  /**
   * Nobody can be reached at `chat` any more: the bot was blocked or thrown out, the account is gone. That is known for good by now, and asking again
   * sends nothing. Of the company's own chat it is an error instead, for somebody has to mend it.
   */
  isUnreachable?: true;
}

export interface NotifierFile {
  /** Photos are PNG or JPEG and are shown in the chat. */
  kind: "photo" | "document";
  bytes: Uint8Array;
  /** As whoever saves it will see it. */
  name: string;
  mediaType: string;
  /** In the same HTML; cut where it is too long. */
  caption?: string;
}

/** Gives `data` back to the bot, or opens an address. */
export type NotifierButton = { text: string; data: string } | { text: string; url: string };

/** Bot API, InlineKeyboardButton. */
export const MAX_BUTTON_DATA_BYTES = 64;

/**
 * Refuses what is a mistake of whoever composed the message, so that it is found by a test and not by a messenger: buttons without a text to stand under,
 * button data that does not fit, addresses that are no links, files without bytes.
 */
export function assertSendable({ blocks, files = [], buttons = [] }: NotifierMessage): void {
  const all = buttons.flat();
  if (all.length > 0 && blocks.every((block) => block.trim() === ""))
    throw new RangeError("buttons stand under a text, and there is none");
  for (const button of all) {
    if (button.text.trim() === "") throw new RangeError("a button without a text");
    if ("url" in button ? !isLink(button.url) : !fitsButton(button.data))
      throw new RangeError("a button whose data is not of 1 to 64 bytes, or whose address is no link");
  }
  if (files.some(({ bytes, name }) => bytes.length === 0 || name.trim() === ""))
    throw new RangeError("a file without bytes or without a name");
}

export function fitsButton(data: string): boolean {
  const { length } = new TextEncoder().encode(data);
  return length >= 1 && length <= MAX_BUTTON_DATA_BYTES;
}

function isLink(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && ["https:", "http:", "tg:"].includes(url.protocol);
}

/** Escapes text for Telegram's HTML mode (Bot API, "HTML style"). */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
