import { pipeline, type StageName, stageNames } from "../events/pipeline.ts";
import type { VariableGroup } from "./variables.ts";

/** Every function of the cloud, as data: what runs, how long, with how much memory, and what it may touch. Bundles, benches and the bill read it too. */
export interface FunctionPolicy {
  /** File and export, as SST names it. */
  handler: string;
  /** Longest run, in seconds. */
  timeoutSec: number;
  memoryMb: number;
  /** The variables it reads, beside those of the bucket, the queues and the company, which all have. */
  variables: readonly VariableGroup[];
  bucket: BucketRights;
  /** The queues it sends to. A stage sends to its own for "later"; whoever watches a vendor tells `report` that it is down. */
  sends: readonly StageName[];
  /** Counts what lies on the queues and among the dead letters. */
  countsQueues?: true;
  /** Packages that are laid beside the bundle: native code, or files that are read at run time. */
  install?: readonly string[];
  /** Files that are laid beside the bundle. */
  copyFiles?: readonly { from: string; to?: string }[];
}

/** Patterns of keys, as a policy of AWS writes them: `*` stands for any characters, slashes too. The tenant is always among them. */
export interface BucketRights {
  /** To get and to list. */
  reads: readonly string[];
  writes: readonly string[];
  deletes?: readonly string[];
}

export type FunctionName = "webhook" | StageName | "bot" | "mcp" | "health" | "sweep" | "schedule";

/** What every stage may leave in a call's folder besides its artefact: how the call ended, what it waits for, what it has claimed. */
const signs = ["calls/*/outcome.json", "calls/*/waiting.json", "calls/*/published/*"];
/** Whether a vendor can be asked, kept by everybody who asks one. */
const health = "health/*";
const readsEverywhere = ["settings/*"];

/** DuckDB's engine, with which the index of the calls is asked. Of its packages a platform's own is installed alone. */
const duckDb = "@duckdb/node-api";

export const functions: Readonly<Record<FunctionName, FunctionPolicy>> = {
  webhook: {
    handler: "functions/ingest/webhook-handler.handler",
    timeoutSec: 10,
    memoryMb: 256,
    variables: ["webhookToken"],
    // It knows the bucket not at all, so that it starts fast and answers while the bucket is down.
    bucket: { reads: [], writes: [] },
    sends: ["ingest"],
  },
  ingest: {
    handler: "functions/ingest/handler.handler",
    timeoutSec: pipeline.ingest.timeoutSec,
    memoryMb: 512,
    variables: ["crm"],
    bucket: {
      reads: [...readsEverywhere, "uploads/*", "calls/*", "index/*", health],
      writes: [
        ...signs,
        "calls/*/call.json",
        "calls/*/recording.*",
        "calls/*/request.json",
        // A sent-in recording takes back the outcome of its call, and with it the call's row.
        "calls/*/outcome-before-recording.json",
        "index/*",
        health,
      ],
      // Also what was written under an id that turned out to be a wrong guess.
      deletes: [
        "calls/*/call.json",
        "calls/*/outcome.json",
        "calls/*/waiting.json",
        "calls/*/published/*",
        "index/*",
      ],
    },
    sends: ["ingest", "transcribe", "report"],
  },
  transcribe: {
    handler: "functions/transcribe/handler.handler",
    timeoutSec: pipeline.transcribe.timeoutSec,
    memoryMb: 512,
    variables: ["speech"],
    bucket: {
      reads: [...readsEverywhere, "calls/*", health],
      writes: [...signs, "calls/*/transcript.json", health],
    },
    sends: ["transcribe", "score", "report"],
  },
  score: {
    handler: "functions/score/handler.handler",
    timeoutSec: pipeline.score.timeoutSec,
    memoryMb: 512,
    variables: ["llm"],
    bucket: {
      reads: [...readsEverywhere, "checklists/*", "calls/*", health],
      // The transcript once more, with the speakers named whom the recogniser could not tell.
      writes: [...signs, "calls/*/scorecard/*", "calls/*/transcript.json", health],
    },
    sends: ["score", "report"],
  },
  report: {
    handler: "functions/report/handler.handler",
    timeoutSec: pipeline.report.timeoutSec,
    // The index of a large company's month is read with this.
    memoryMb: 1024,
    variables: ["crm", "crmWriteBack", "telegram"],
    // Of documents: the PDF's library with its fonts, and the drawer of charts.
    install: [duckDb, "@resvg/resvg-js", "pdfmake"],
    bucket: {
      reads: [
        ...readsEverywhere,
        ...["checklists/*", "calls/*", "index/*", "reports/*", "chats/*", "requests/*", "alerts/*", health],
        // Which chat decides on an appeal.
        "bot/*",
      ],
      // The last is what the buttons under its messages ask, for the bot.
      writes: [
        ...signs,
        "index/*",
        "reports/*",
        "chats/*",
        "requests/*",
        "alerts/*",
        health,
        "bot/*/choices/*",
      ],
      // Marks of rows that have been read anew.
      deletes: ["index/*"],
    },
    sends: ["report"],
  },
  bot: {
    handler: "functions/bot/handler.handler",
    // The gateway gives up after 30 s. A model that answers a free question later is heard all the same: Telegram asks again, and finds the update taken.
    timeoutSec: 90,
    memoryMb: 1024,
    // Voice messages are recognised, free questions are the model's.
    variables: ["telegram", "telegramWebhook", "speech", "llm"],
    install: [duckDb],
    bucket: {
      reads: [
        ...readsEverywhere,
        ...["checklists/*", "calls/*", "index/*", "reports/*", "chats/*", "bot/*", health],
      ],
      writes: [
        "bot/*",
        "chats/*",
        "calls/*/appeals/*",
        "calls/*/published/*",
        "index/*/appealed/*",
        // Recordings that were asked for and are sent in.
        "uploads/*/calls/*",
        health,
      ],
      deletes: ["bot/*"],
    },
    sends: ["report"],
  },
  mcp: {
    handler: "functions/mcp/handler.handler",
    // Longer than the gateway waits, so that what was begun, and is paid for, is brought to its end.
    timeoutSec: 120,
    memoryMb: 1024,
    variables: ["adminToken", "crm", "llm"],
    install: [duckDb],
    bucket: {
      reads: [
        ...readsEverywhere,
        ...["checklists/*", "calls/*", "index/*", "reports/*", "uploads/*", "tokens/*", health],
      ],
      writes: [
        "checklists/*",
        "uploads/*/mcp/*",
        // A text that is pasted becomes a call; an old call is scored anew in here.
        ...["calls/*/call.json", "calls/*/transcript.json", "calls/*/scorecard/*", "calls/*/published/*"],
        "calls/*/appeals/*",
        ...["index/*/uploads/*", "index/*/asked/*", "index/*/appealed/*"],
        health,
      ],
    },
    sends: ["ingest", "score", "report"],
  },
  health: {
    handler: "functions/health/handler.handler",
    timeoutSec: 10,
    memoryMb: 256,
    variables: [],
    bucket: { reads: [health], writes: [] },
    sends: [],
    countsQueues: true,
  },
  sweep: {
    handler: "functions/ingest/sweep-handler.handler",
    timeoutSec: 900,
    memoryMb: 512,
    variables: ["crm", "sweep"],
    bucket: {
      reads: [...readsEverywhere, "uploads/*", "calls/*", "index/*", "reports/*", "bot/*", health],
      // It also removes what is kept no longer, and rewrites what goes on without quotes and phones.
      writes: ["calls/*", "index/*", health],
      deletes: ["calls/*", "uploads/*", "index/*", "reports/*", "bot/*/choices/*"],
    },
    // Whatever stands still goes on from where it stands.
    sends: stageNames,
  },
  schedule: {
    handler: "functions/report/schedule-handler.handler",
    timeoutSec: 60,
    memoryMb: 256,
    variables: [],
    bucket: { reads: [...readsEverywhere, "schedule/*", "index/*", "reports/*"], writes: ["schedule/*"] },
    sends: ["report"],
  },
};

export const functionNames = Object.keys(functions) as FunctionName[];

/**
 * Where the SDK looks for keys when the environment names none: files, a login, a machine's or a container's role. A function of Lambda always finds its
 * role's keys in its environment (Lambda docs, "Defined runtime environment variables"), so it never comes to these.
 */
const otherKeys = [
  ...["http", "ini", "login", "process", "sso", "web-identity"].map(
    (name) => `@aws-sdk/credential-provider-${name}`,
  ),
  "@smithy/credential-provider-imds",
];

/**
 * How SST bundles them (its component Function, `nodejs`). Split, what a run does not need is not loaded with the rest: documents, the model's
 * client, the tracer. Names of functions and classes are kept for nobody: errors carry their own.
 */
export const bundling = {
  minify: true,
  splitting: true,
  esbuild: { keepNames: false, external: otherKeys },
};

/** Whether X-Ray follows its runs: those of a call or of somebody who asks. It takes more of an idle month's bill than all functions. */
export const isTraced = (name: FunctionName): boolean => !["health", "sweep", "schedule"].includes(name);
