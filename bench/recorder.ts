import { AsyncLocalStorage } from "node:async_hooks";
import type { QueueSender } from "../core/ports/queue.ts";
import type { Body, Store } from "../core/ports/store.ts";
import { type Operation, type TracedBody, traceKey } from "./trace.ts";

interface Handling {
  operations: Operation[];
  /** Operations that have begun and not ended. Those that overlap share a group and are repeated together. */
  running: number;
  group: number;
}

type WithoutGroup<T> = T extends unknown ? Omit<T, "group"> : never;

/** Writes down what each message does to the ports. Bodies pass through unchanged. */
export function recorder() {
  const current = new AsyncLocalStorage<Handling>();
  const handled = new Map<string, Operation[]>();

  /** The operation may still be completed while it runs: what it found, how much it took. */
  function begin<Kind extends WithoutGroup<Operation>>(operation: Kind): { operation: Kind; end(): void } {
    const handling = current.getStore();
    if (!handling) throw new Error("an operation outside of a message cannot be repeated");
    if (handling.running === 0) handling.group += 1;
    handling.running += 1;
    Object.assign(operation, { group: handling.group });
    handling.operations.push(operation as unknown as Operation);
    const end = () => {
      handling.running -= 1;
    };
    return { operation, end };
  }

  function recordedStore(store: Store): Store {
    return {
      async get(key) {
        const { operation, end } = begin({
          kind: "get",
          key,
          found: false,
          isRead: false,
        } as WithoutGroup<Operation & { kind: "get" }>);
        const object = await store.get(key).finally(end);
        if (!object) return undefined;
        operation.found = true;
        return { ...object, body: noticed(object.body, operation) };
      },
      async put(key, body, options = {}) {
        const traced = tracedBody(body);
        const { operation, end } = begin({
          kind: "put",
          key,
          body: traced.trace,
          options,
          written: false,
        } as WithoutGroup<Operation & { kind: "put" }>);
        const result = await store.put(key, traced.body, options).finally(end);
        operation.written = result.written;
        return result;
      },
      async *list(prefix) {
        const { operation, end } = begin({ kind: "list" as const, prefix, taken: 0 });
        try {
          for await (const object of store.list(prefix)) {
            operation.taken += 1;
            yield object;
          }
        } finally {
          end();
        }
      },
      async delete(key) {
        const { end } = begin({ kind: "delete" as const, key });
        await store.delete(key).finally(end);
      },
    };
  }

  function recordedSender<Queue extends QueueSender>(queue: Queue): Queue {
    return {
      ...queue,
      async send(name, messages) {
        const { end } = begin({ kind: "send" as const, queue: name, messages: [...messages] });
        await queue.send(name, messages).finally(end);
      },
    };
  }

  /** Everything that `work` does belongs to this message. */
  function record<Result>(queue: string, body: string, work: () => Promise<Result>): Promise<Result> {
    const operations: Operation[] = [];
    handled.set(traceKey(queue, body), operations);
    return current.run({ operations, running: 0, group: 0 }, work);
  }

  return { recordedStore, recordedSender, record, handled };
}

function noticed(
  body: ReadableStream<Uint8Array>,
  operation: { isRead: boolean },
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream(
    {
      async pull(controller) {
        operation.isRead = true;
        const { value, done } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

function tracedBody(body: Body): { body: Body; trace: TracedBody } {
  if (typeof body === "string") return { body, trace: { text: body } };
  if (body instanceof Uint8Array) return { body, trace: { chunkBytes: [body.length] } };
  const chunkBytes: number[] = [];
  async function* counted(source: AsyncIterable<Uint8Array>) {
    for await (const chunk of source) {
      chunkBytes.push(chunk.length);
      yield chunk;
    }
  }
  return { body: counted(body), trace: { chunkBytes } };
}
