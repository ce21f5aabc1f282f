import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type Clock, systemClock } from "../../core/clock.ts";
import { crmMethods, emptyCrm, type SandboxCrm } from "./bitrix24-crm.ts";
import { type Parameters, refusal, type SandboxMethods } from "./bitrix24-methods.ts";
import { filterRows, statisticRow, userRow, webhookForm } from "./bitrix24-rows.ts";
import { type SandboxReply, type SandboxRequest, type SandboxServer, serveSandbox } from "./server.ts";

/** One leg of a call; several with the same `nativeId` are one transferred call. */
export interface SandboxCall {
  nativeId: string;
  /** 1 outgoing, 2 incoming, 3 redirected, 4 callback, 5 made by a robot. */
  callType: "1" | "2" | "3" | "4" | "5";
  /** ISO 8601 with offset. */
  startedAt: string;
  durationSec: number;
  /** "200": answered. */
  failedCode: string;
  agentId: string | null;
  phone: string;
  line: string;
  category?: "external" | "internal" | "callback";
  entity?: { type: "CONTACT" | "COMPANY" | "LEAD"; id: string };
  activityId?: string;
  recording?: {
    /** An absolute path, or the bytes. */
    file: string | Buffer;
    contentType?: string;
    /** How long after the call's webhook (without one: after its end) the recording appears. */
    availableAfterSec?: number;
  };
}

export interface SandboxAgent {
  id: string;
  firstName: string;
  lastName: string;
  departmentIds: number[];
}

export interface Bitrix24SandboxOptions {
  calls?: readonly SandboxCall[];
  agents?: readonly SandboxAgent[];
  departments?: readonly { id: number; name: string }[];
  port?: number;
  clock?: Clock;
  /** For recordings that do not say it themselves. */
  recordingAfterSec?: number;
  applicationToken?: string;
  secret?: string;
  /** The rights that are ticked for the inbound webhook. */
  scopes?: readonly string[];
  /** Ignores every filter, as the portal does with one that it does not understand. */
  dropFilters?: boolean;
  /** What its CRM holds to begin with. */
  crm?: Partial<SandboxCrm>;
}

export interface Bitrix24Sandbox extends SandboxServer {
  /** The inbound webhook, for `BITRIX24_WEBHOOK_URL`. */
  webhookUrl: string;
  applicationToken: string;
  /** Calls can be added while the portal runs. */
  calls: SandboxCall[];
  crm: SandboxCrm;
  /** Posts ONVOXIMPLANTCALLEND as the portal does; answers with the status of (the last of) the posts. */
  postWebhook(
    targetUrl: string,
    nativeId: string,
    options?: { token?: string; duplicate?: boolean },
  ): Promise<number>;
}

/** Answers for `fail`: too many requests, and the login page that is served where a file was expected. */
export const QUERY_LIMIT_EXCEEDED: SandboxReply = refusal(503, "QUERY_LIMIT_EXCEEDED", "Too many requests");
export const LOGIN_PAGE: SandboxReply = {
  headers: { "content-type": "text/html; charset=UTF-8" },
  body: "<!DOCTYPE html><html><head><title>Авторизация</title></head><body><form></form></body></html>",
};

const ALL_SCOPES = ["telephony", "crm", "disk", "user_basic", "department", "userfieldconfig"];
const PAGE_SIZE = 50;
const FIRST_FILE_ID = 9001;

/** A Bitrix24 portal on loopback, as far as calls go. It speaks in the portal's dialect: numbers as text, `[]` for nothing. */
export async function startBitrix24Sandbox(options: Bitrix24SandboxOptions = {}): Promise<Bitrix24Sandbox> {
  const { clock = systemClock, secret = "sandboxsecret", scopes = ALL_SCOPES } = options;
  const { applicationToken = "sandbox-application-token" } = options;
  const { agents = [], departments = [] } = options;
  const calls = [...(options.calls ?? [])];
  const downloadToken = randomUUID();
  const postedAt = new Map<string, number>();

  function recordingOf(call: SandboxCall | undefined): SandboxCall["recording"] {
    if (!call?.recording) return undefined;
    const afterSec = call.recording.availableAfterSec ?? options.recordingAfterSec ?? 0;
    const since = postedAt.get(call.nativeId) ?? Date.parse(call.startedAt) + call.durationSec * 1000;
    const isThere = afterSec === 0 || clock.now().getTime() >= since + afterSec * 1000;
    return isThere ? call.recording : undefined;
  }

  const crm = { ...emptyCrm(), ...options.crm };
  const methods: SandboxMethods = {
    ...crmMethods(crm, clock, (nativeId) => calls.some((call) => call.nativeId === nativeId)),
    "voximplant.statistic.get": {
      scope: "telephony",
      answer(parameters) {
        const all = calls.map((call, index) => ({
          ...statisticRow(call, index, recordingOf(call) ? FIRST_FILE_ID + index : null),
          TRANSCRIPT_ID: crm.transcripts.get(call.nativeId)?.at(-1)?.id.toString() ?? null,
        }));
        const found = options.dropFilters ? all : filterRows(all, parameters);
        const start = Number(parameters.start ?? 0) || 0;
        const next = start + PAGE_SIZE;
        return {
          result: found.slice(start, next),
          ...(next < found.length ? { next } : {}),
          total: found.length,
        };
      },
    },
    "disk.file.get": {
      scope: "disk",
      async answer({ id }) {
        const recording = recordingOf(calls[Number(id) - FIRST_FILE_ID]);
        if (!recording) return refusal(400, "ERROR_NOT_FOUND", `Could not find entity with id '${id}'`);
        const path = `/disk/downloadFile/${id}/?auth_token=${downloadToken}`;
        return {
          result: {
            ID: String(id),
            NAME: `call_${id}.mp3`,
            TYPE: "file",
            SIZE: String((await bytesOf(recording)).length),
            DOWNLOAD_URL: `${server.url}${path}`,
          },
        };
      },
    },
    "user.get": {
      scope: "user_basic",
      answer({ ID }) {
        const found = agents.filter(({ id }) => ID === undefined || id === String(ID)).map(userRow);
        return { result: found, total: found.length };
      },
    },
    "department.get": {
      scope: "department",
      answer({ ID }) {
        const ids = [ID ?? []].flat().map(String);
        const found = departments.filter(({ id }) => ids.length === 0 || ids.includes(String(id)));
        return {
          result: found.map(({ id, name }) => ({ ID: String(id), NAME: name, SORT: 500 })),
          total: found.length,
        };
      },
    },
  };

  async function answerRest(request: SandboxRequest, name: string): Promise<SandboxReply> {
    const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
    if (!method) return refusal(404, "ERROR_METHOD_NOT_FOUND", "Method not found!");
    if (!scopes.includes(method.scope)) {
      return refusal(403, "insufficient_scope", "The request requires higher privileges than provided");
    }
    const answer = await method.answer(readParameters(request));
    return "result" in answer ? { body: { ...answer, time: timeBlock(clock) } } : answer;
  }

  const server = await serveSandbox(async (request) => {
    const [, , given, name] = /^\/rest\/(\d+)\/([^/]+)\/(.+?)(?:\.json)?$/.exec(request.path) ?? [];
    if (given && name) {
      if (given !== secret) return refusal(401, "INVALID_CREDENTIALS", "Invalid request credentials");
      return answerRest(request, name);
    }
    const fileId = /^\/disk\/downloadFile\/(\d+)\/$/.exec(request.path)?.[1];
    if (!fileId) return { status: 404, body: "<html><body>404 Not Found</body></html>" };
    if (request.query.get("auth_token") !== downloadToken) return LOGIN_PAGE;
    const recording = recordingOf(calls[Number(fileId) - FIRST_FILE_ID]);
    if (!recording) return { status: 404 };
    const body = await bytesOf(recording);
    const headers = {
      "content-type": recording.contentType ?? "audio/mpeg",
      "content-length": String(body.length),
    };
    return { headers, body };
  }, options.port);

  return {
    ...server,
    webhookUrl: `${server.url}/rest/1/${secret}/`,
    applicationToken,
    calls,
    crm,
    async postWebhook(targetUrl, nativeId, { token = applicationToken, duplicate = false } = {}) {
      const call = calls.find((candidate) => candidate.nativeId === nativeId);
      if (!call) throw new Error(`the sandbox portal has no call ${nativeId}`);
      const now = clock.now().getTime();
      postedAt.set(nativeId, postedAt.get(nativeId) ?? now);
      const form = webhookForm(call, token, Math.floor(now / 1000));
      let status = 0;
      for (let times = duplicate ? 2 : 1; times > 0; times -= 1) {
        // The form's content type comes with URLSearchParams, which also encodes the brackets.
        const response = await fetch(targetUrl, { method: "POST", body: form });
        await response.body?.cancel();
        status = response.status;
      }
      return status;
    },
  };
}

function readParameters({ body, query }: SandboxRequest): Parameters {
  return { ...Object.fromEntries(query), ...(body.length > 0 ? JSON.parse(body.toString("utf8")) : {}) };
}

async function bytesOf({ file }: NonNullable<SandboxCall["recording"]>): Promise<Buffer> {
  return typeof file === "string" ? readFile(file) : file;
}

function timeBlock(clock: Clock): object {
  const now = clock.now().getTime() / 1000;
  const date = new Date(now * 1000).toISOString().replace(/\.\d+Z$/, "+00:00");
  return {
    start: now,
    finish: now,
    duration: 0.01,
    processing: 0.01,
    date_start: date,
    date_finish: date,
    operating: 0.1,
    operating_reset_at: Math.floor(now) + 600,
  };
}
