import { sqliteQueue } from "../adapters/queue/sqlite.ts";
import { queryProtocol } from "../adapters/queue/sqs-query.ts";
import { filesStore } from "../adapters/store/files.ts";
import type { OwnMachine } from "./deps-root.ts";

export const ownMachine: OwnMachine = { store: filesStore, queue: sqliteQueue, queryProtocol };
