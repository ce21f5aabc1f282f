/** What is known about chats for good, so that it need not be found out again by the next process. */
export interface ChatMemory {
  /** Undefined of a chat of which nothing is known but that it works. */
  find(chat: string): Promise<KnownChat | undefined>;
  /** The chat has another id from now on, and the old one will never be valid again. */
  moved(chat: string, to: string): Promise<void>;
  /** Nobody is there any more. */
  lost(chat: string, why: LostChat): Promise<void>;
}

export interface KnownChat {
  movedTo: string | null;
  lost: LostChat | null;
}

export const lostChatReasons = ["blocked", "removed", "deactivated", "not_found", "no_rights"] as const;
export type LostChat = (typeof lostChatReasons)[number];
