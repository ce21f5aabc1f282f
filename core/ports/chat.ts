/** What people say to the bot. Answers are sent by the Notifier; here is what only somebody who is spoken to needs. */
export interface Chat {
  /**
   * One update as the messenger delivers it; undefined of what is nothing to us (edits, stickers, channel posts, service messages) and of what
   * cannot be read. Only its form is checked: who sent it is known by the secret that came with it.
   */
  read(update: string): Promise<ChatUpdate | undefined>;
  /** Puts another text and other buttons in the place of a message. False when it cannot be edited any more: then send a new one. */
  edit(message: ChatMessagePlace, content: ChatContent): Promise<boolean>;
  /** Ends the waiting that a pressed button shows, perhaps with a word. Too late is no error. */
  acknowledge(pressId: string, note?: string): Promise<void>;
  /**
   * A file that somebody sent.
   * @throws PermanentError `chat.file_too_large` (more than 20 MB), `chat.file_gone`
   */
  fetchFile(fileId: string): Promise<Uint8Array>;
}

/** Asking for updates, where no webhook brings them. */
export interface ChatPolling {
  /** Whether somebody has set a webhook; then nothing can be asked for, and it is not ours to remove it. */
  hasWebhook(): Promise<boolean>;
  /** What came after the update `after`, as soon as there is something or the time is over; each as text for `Chat.read`. */
  next(after: number | null, signal: AbortSignal): Promise<{ id: number; update: string }[]>;
}

export type ChatUpdate = {
  /** Of the update: the same one may be delivered several times. */
  id: number;
  chat: string;
  /** One person and the bot; what is answered elsewhere is read by others too. */
  isPrivate: boolean;
  /** The person; null where the messenger does not tell, as of an anonymous administrator. */
  person: string | null;
} & (
  | { kind: "text"; messageId: string; text: string; repliesTo: RepliedMessage | null }
  | { kind: "button"; pressId: string; data: string; messageId: string }
  | {
      kind: "audio";
      messageId: string;
      fileId: string;
      /** Null where the messenger does not tell. */
      sizeBytes: number | null;
      durationSec: number | null;
      repliesTo: RepliedMessage | null;
    }
);

export interface RepliedMessage {
  messageId: string;
  /** What its buttons say: the bot's own messages tell by them what they are about. */
  buttons: string[];
}

export interface ChatMessagePlace {
  chat: string;
  messageId: string;
}

export interface ChatContent {
  /** In the notifier's HTML, short enough for one message. */
  html: string;
  buttons: readonly (readonly { text: string; data: string }[])[];
}

/** Bot API, getFile. */
export const MAX_CHAT_FILE_BYTES = 20 * 1024 * 1024;
/** What a message may show, in UTF-16 units (Bot API, sendMessage), with a margin for what it counts in another way. */
export const MAX_SHOWN = 3900;
