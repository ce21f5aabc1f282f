import {
  assertSendable,
  type Notifier,
  type NotifierFile,
  type NotifierMessage,
} from "../../core/ports/notify.ts";

export interface MemoryNotifier extends Notifier {
  /** What was asked to be sent and shows something, in order. */
  sent: NotifierMessage[];
  /** The texts as a person reads them. */
  texts(): string[];
  /** The files that came, in order. */
  files(): NotifierFile[];
  /** The next sends fail with these, one each. */
  fail(...errors: Error[]): void;
  /** Nobody is there any more. */
  lose(chat: string): void;
}

/** Keeps what it is sent; a text of any length is one message, and so is each file. */
export function memoryNotifier(): MemoryNotifier {
  const sent: NotifierMessage[] = [];
  const failures: Error[] = [];
  const lost = new Set<string>();
  let lastId = 0;
  return {
    sent,
    texts: () => sent.filter(({ blocks }) => blocks.length > 0).map(({ blocks }) => readBlocks(blocks)),
    files: () => sent.flatMap(({ files = [] }) => files),
    fail: (...errors) => void failures.push(...errors),
    lose: (chat) => void lost.add(chat),
    async send(message) {
      assertSendable(message);
      const { blocks, files = [], chat } = message;
      const visible = blocks.filter((block) => asRead(block).trim() !== "");
      if (visible.length === 0 && files.length === 0) return { messageIds: [] };
      if (chat !== undefined && lost.has(chat)) return { messageIds: [], isUnreachable: true };
      const failure = failures.shift();
      if (failure) throw failure;
      const inOrder = [...files].sort(
        (a, b) => Number(a.kind === "document") - Number(b.kind === "document"),
      );
      sent.push({ ...message, blocks: visible, ...(files.length > 0 ? { files: inOrder } : {}) });
      const parts = Math.min(1, visible.length) + files.length;
      return { messageIds: Array.from({ length: parts }, () => `message-${++lastId}`) };
    },
  };
}

export function readBlocks(blocks: readonly string[]): string {
  return blocks.map(asRead).join("\n\n");
}

const entities: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&" };

function asRead(html: string): string {
  return html.replace(/<[^>]*>/g, "").replace(/&(lt|gt|quot|amp);/g, (entity) => entities[entity] ?? entity);
}
