import type { Notifier, NotifierMessage } from "../../core/ports/notify.ts";

export interface MemoryNotifier extends Notifier {
  /** What was asked to be sent and shows something, in order. */
  sent: NotifierMessage[];
  /** The same as a person reads it. */
  texts(): string[];
  /** The next sends fail with these, one each. */
  fail(...errors: Error[]): void;
}

/** Keeps what it is sent; a text of any length is one message. */
export function memoryNotifier(): MemoryNotifier {
  const sent: NotifierMessage[] = [];
  const failures: Error[] = [];
  return {
    sent,
    texts: () => sent.map(({ blocks }) => blocks.map(asRead).join("\n\n")),
    fail: (...errors) => void failures.push(...errors),
    async send({ blocks }) {
      const visible = blocks.filter((block) => asRead(block).trim() !== "");
      if (visible.length === 0) return { messageIds: [] };
      const failure = failures.shift();
      if (failure) throw failure;
      sent.push({ blocks: visible });
      return { messageIds: [`message-${sent.length}`] };
    },
  };
}

const entities: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&" };

function asRead(html: string): string {
  return html.replace(/<[^>]*>/g, "").replace(/&(lt|gt|quot|amp);/g, (entity) => entities[entity] ?? entity);
}
