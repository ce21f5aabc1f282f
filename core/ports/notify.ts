/** Where digests and alerts go. */
export interface Notifier {
  /**
   * Sends one text, split where it is too long. Not exactly once: when an answer is lost the text may arrive twice,
   * which is preferred to not at all.
   */
  send(message: NotifierMessage): Promise<{ messageIds: string[] }>;
}

export interface NotifierMessage {
  /** Blocks of Telegram's HTML subset, data already escaped. A block is kept whole where it fits. */
  blocks: readonly string[];
}

/** Escapes text for Telegram's HTML mode (Bot API, "HTML style"). */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
