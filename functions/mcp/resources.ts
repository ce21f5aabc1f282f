import {
  type McpServer,
  type Resource,
  ResourceNotFoundError,
  ResourceTemplate,
} from "@modelcontextprotocol/server";
import { addDays } from "../../core/ask/calendar.ts";
import { digestKey, indexDayPrefix } from "../../core/bucket-layout.ts";
import { dayIn } from "../../core/call.ts";
import { Report } from "../../core/report.ts";
import { readBytes, readJson } from "../../core/store-json.ts";
import type { Answering } from "./answering.ts";
import { CallerError } from "./caller-error.ts";
import { checklistsInUse, findChecklist } from "./checklists.ts";
import { findCallId } from "./find.ts";
import { withoutPersonalData } from "./personal-data.ts";
import type { Session } from "./ports.ts";
import { findRecording } from "./recording.ts";
import { scorecardInForce, shownScorecard } from "./tools/get-scorecard.ts";

/** What an assistant can read by its address: checklists, scorecards, digests and recordings. */

const JSON_TYPE = "application/json";
/** A function URL answers with six megabytes, and base64 makes four of three. */
const MAX_RECORDING_BYTES = 4_000_000;
const MOST_COMPLETIONS = 100;
/** How far back ids of calls are offered. */
const RECENT_DAYS = 14;

export function addResources(server: McpServer, answering: Answering): void {
  const reading =
    (read: (id: string, opened: Session) => Promise<unknown>) =>
    (uri: URL, variables: Record<string, unknown>) =>
      answering("resources/read", async (session) => {
        const value = await read(idIn(variables), session);
        if (value === undefined) throw new ResourceNotFoundError(uri.href);
        return { contents: [{ uri: uri.href, mimeType: JSON_TYPE, text: JSON.stringify(value, null, 2) }] };
      });
  const listing = (list: (session: Session) => Promise<Resource[]>) => () =>
    answering("resources/list", async (session) => ({ resources: await list(session) }));
  const completing = (complete: (begun: string, session: Session) => Promise<string[]>) => (begun: string) =>
    answering("completion/complete", (session) => complete(begun, session));

  server.registerResource(
    "checklist",
    new ResourceTemplate("cqa://checklists/{id}", {
      list: listing(async (session) =>
        (await checklistsInUse(session)).map(({ checklist: { id, name } }) => ({
          uri: `cqa://checklists/${id}`,
          name: id,
          title: name,
          mimeType: JSON_TYPE,
        })),
      ),
      complete: { id: completing(async (begun, session) => matching(begun, await checklistIds(session))) },
    }),
    { title: "Checklist", description: "A checklist in the version that is in force", mimeType: JSON_TYPE },
    reading(async (id, opened) => (await findChecklist(id, undefined, opened)).checklist),
  );
  server.registerResource(
    "scorecard",
    new ResourceTemplate("cqa://scorecards/{id}", {
      list: undefined,
      complete: { id: completing(recentCalls) },
    }),
    { title: "Scorecard", description: "The scorecard of a call that is in force", mimeType: JSON_TYPE },
    reading(async (id, opened) => {
      const callId = await findCallId(id, opened);
      const judged = await scorecardInForce(callId, opened);
      return judged && withoutPersonalData(await shownScorecard(callId, judged, opened));
    }),
  );
  server.registerResource(
    "digest",
    new ResourceTemplate("cqa://digests/{id}", {
      list: listing(async (session) =>
        (await digestNames(session)).map((name) => ({
          uri: `cqa://digests/${name}`,
          name,
          mimeType: JSON_TYPE,
        })),
      ),
      complete: { id: completing(async (begun, session) => matching(begun, await digestNames(session))) },
    }),
    { title: "Digest", description: "The digest of a day, a week or a month", mimeType: JSON_TYPE },
    reading(async (id, { ports, tenant }) => {
      if (!/^[\dW_-]{7,21}$/.test(id)) return undefined;
      const report = (await readJson(ports.store, digestKey(tenant, id), Report))?.value;
      return (
        report &&
        withoutPersonalData({
          ...report,
          attention: report.attention.map(withoutLine),
          best: report.best.map(withoutLine),
        })
      );
    }),
  );
  server.registerResource(
    "recording",
    new ResourceTemplate("cqa://recordings/{id}", { list: undefined }),
    { title: "Recording", description: "The recording of a call, up to 4 MB" },
    (uri, variables) =>
      answering("resources/read", async (session) => {
        const { ports, tenant } = session;
        const recording = await findRecording(
          ports.store,
          tenant,
          await findCallId(idIn(variables), session),
        );
        const object =
          recording && recording.sizeBytes <= MAX_RECORDING_BYTES
            ? await ports.store.get(recording.key)
            : undefined;
        if (!recording || !object) throw new ResourceNotFoundError(uri.href);
        const blob = Buffer.from(await readBytes(object)).toString("base64");
        return { contents: [{ uri: uri.href, mimeType: recording.mimeType, blob }] };
      }),
  );
}

/** @throws CallerError for an address that is none */
function idIn({ id }: Record<string, unknown>): string {
  try {
    return decodeURIComponent(String(id));
  } catch {
    throw new CallerError("uri: a percent sign is followed by two hexadecimal digits");
  }
}

/** The company's own number is a phone as well. */
function withoutLine<Row extends { line: string | null }>(row: Row): Row {
  return { ...row, line: null };
}

export async function checklistIds(session: Session): Promise<string[]> {
  return (await checklistsInUse(session)).map(({ checklist }) => checklist.id);
}

async function digestNames({ ports, tenant }: Session): Promise<string[]> {
  const names: string[] = [];
  for await (const { key } of ports.store.list(`reports/${tenant}/`)) {
    const name = /^reports\/[^/]+\/([^/]+)\/digest\.json$/.exec(key)?.[1];
    if (name !== undefined) names.push(name);
  }
  return names.reverse().slice(0, MOST_COMPLETIONS);
}

/** Ids of the latest calls that begin as what was typed. */
export async function recentCalls(
  begun: string,
  { ports, tenant, settings, now }: Session,
): Promise<string[]> {
  const today = dayIn(settings.timeZone, now);
  const found: string[] = [];
  for (let back = 0; back < RECENT_DAYS && found.length < MOST_COMPLETIONS; back++) {
    const prefix = indexDayPrefix(tenant, addDays(today, -back));
    for await (const { key } of ports.store.list(prefix)) {
      if (!key.endsWith(".json")) continue;
      const callId = key.slice(prefix.length, -".json".length);
      if (callId.startsWith(begun)) found.push(callId);
    }
  }
  return found.slice(0, MOST_COMPLETIONS);
}

export function matching(begun: string, all: readonly string[]): string[] {
  const wanted = begun.toLowerCase();
  return all.filter((one) => one.toLowerCase().includes(wanted)).slice(0, MOST_COMPLETIONS);
}
