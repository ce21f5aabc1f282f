import { EventEmitter } from "node:events";
import { endOnCrash } from "../../local/crash.ts";

/** Breaks in the way that its first argument names, with the second one in whatever an error can carry. */
const [way = "", mark = ""] = process.argv.slice(2);

endOnCrash();

const error = Object.assign(new TypeError(`fetch failed: ${mark}`, { cause: new Error(mark) }), {
  code: "ECONNRESET",
  url: mark,
});
const ways: Record<string, () => unknown> = {
  "an exception": () => setTimeout(() => ways.now?.(), 1),
  now: () => {
    throw error;
  },
  "a rejection": () => Promise.reject(error),
  "a rejection with a text": () => Promise.reject(mark),
  "a rejection with an object": () => Promise.reject({ [mark]: mark }),
  "an event that nobody hears": () => new EventEmitter().emit("error", error),
  "a name out of a reply": () => Promise.reject(Object.assign(error, { name: mark })),
  "several errors": () => Promise.reject(new AggregateError([error, error], mark)),
};
if (way === "an awaited rejection") await Promise.reject(error);
ways[way]?.();
setInterval(() => undefined, 1000);
