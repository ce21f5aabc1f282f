import { promises as dns } from "node:dns";
import { isIP } from "node:net";
import * as z from "zod";
import type { Clock } from "../../core/clock.ts";
import { ConfigurationError, PermanentError, RetryLaterError, VendorError } from "../../core/errors.ts";
import type { Crm, OpenedRecording } from "../../core/ports/crm.ts";
import { retryAfterSec } from "../../core/retry-after.ts";
import { bareHost, gateUrl, isListedHost, isLoopbackHost, isPublicAddress } from "../../core/url-gate.ts";
import { Seconds as NonNegative, Text } from "./bitrix24-call.ts";
import { unreachable } from "./bitrix24-failure.ts";
import { cloudZone } from "./bitrix24-portal.ts";
import { type Bitrix24Rest, isRedirect, USER_AGENT } from "./bitrix24-rest.ts";

/** All addresses of a host name. */
export type Lookup = (hostname: string) => Promise<readonly string[]>;

export interface Bitrix24RecordingOptions {
  rest: Bitrix24Rest;
  clock: Clock;
  /** Instead of the built-in client, which connects to the very addresses that were checked. */
  fetch?: typeof fetch;
  lookup?: Lookup;
  allowedRecordingHosts?: readonly string[];
  downloadLimits?: DownloadLimits;
}

export interface DownloadLimits {
  /** From the request of a hop to its headers. */
  headersMs: number;
  /** Between two pieces of the body. */
  idleMs: number;
  /** All hops and the body: a host that sends a byte now and then is never idle. Less than the stage that waits for it may run. */
  wholeMs: number;
}

const MAX_REDIRECTS = 5;
const CONNECT_TIMEOUT_MS = 10_000;
const usualLimits: DownloadLimits = { headersMs: 30_000, idleMs: 60_000, wholeMs: 240_000 };

const DiskFile = z.object({ DOWNLOAD_URL: Text.optional(), SIZE: NonNegative.optional() });

/**
 * Downloads recordings. Both kinds of address come from a reply and are hostile: every hop is gated by scheme, host and the
 * addresses behind the name, and no hop but the portal itself is told of the portal.
 */
export function bitrix24Recordings(options: Bitrix24RecordingOptions): { open: Crm["openRecording"] } {
  const {
    rest,
    clock,
    lookup = resolve,
    allowedRecordingHosts = [],
    downloadLimits: limits = usualLimits,
  } = options;
  const { portal } = rest;
  const loopback = isLoopbackHost(portal.hostname);
  const zone = cloudZone(portal);
  const portalHost = bareHost(portal.host);
  // A cloud portal keeps files on hosts beside it; a company's own domain may have anybody's hosts beside the portal.
  const ownHosts = [portalHost, bareHost(portal.hostname), ...(zone ? [`*.${zone}`] : [])];
  const isPortals = (url: URL) => isListedHost(url, ownHosts) || (loopback && isLoopbackHost(url.hostname));
  let client: typeof fetch | undefined;

  /** The URL of a hop, or a refusal. `from`: the hop that redirected here. */
  async function gate(address: string, from: URL | undefined): Promise<URL> {
    const gated = gateUrl(address, { base: from ?? portal, loopback });
    if ("refused" in gated) throw refused(gated.refused);
    const { url } = gated;
    // Whom the portal sends us to, its storage, may keep the file; whom a foreign host sends us to may not.
    const isTrusted =
      isPortals(url) ||
      isListedHost(url, allowedRecordingHosts) ||
      (from && isPortals(from)) ||
      from?.host === url.host;
    if (!isTrusted) throw refused("host");
    await checkedAddresses(url.hostname);
    return url;
  }

  async function checkedAddresses(hostname: string): Promise<readonly string[]> {
    const host = bareHost(hostname);
    if (loopback && isLoopbackHost(host)) return isIP(host) ? [host] : ["127.0.0.1"];
    const addresses = isIP(host)
      ? [host]
      : await lookup(host).catch((error) => Promise.reject(unreachable(error)));
    if (addresses.length === 0)
      throw new VendorError("crm.unreachable", "the host of a recording has no address");
    if (addresses.every(isPublicAddress)) return addresses;
    if (host === bareHost(portal.hostname)) {
      throw new ConfigurationError(
        "crm.inner_address",
        "the portal in BITRIX24_WEBHOOK_URL has an address inside a private network: recordings are only fetched over the public internet",
      );
    }
    throw refused("address");
  }

  async function get(url: URL, whole: AbortSignal): Promise<Response> {
    client ??= options.fetch ?? pinnedFetch(checkedAddresses, limits);
    const tooLate = new AbortController();
    const timer = setTimeout(() => tooLate.abort(), limits.headersMs);
    try {
      return await client(url, {
        headers: {
          "user-agent": USER_AGENT,
          accept: "*/*",
          "accept-language": "ru,en;q=0.8",
          // Packed, the size would tell nothing.
          "accept-encoding": "identity",
          ...(isListedHost(url, [portalHost]) ? { referer: `${portal.origin}/` } : {}),
        },
        redirect: "manual",
        signal: AbortSignal.any([tooLate.signal, whole]),
      });
    } catch (error) {
      throw unreachable(error);
    } finally {
      clearTimeout(timer);
    }
  }

  async function download(address: string): Promise<Response> {
    const whole = AbortSignal.timeout(limits.wholeMs);
    let url = await gate(address, undefined);
    for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
      const response = await get(url, whole);
      if (!isRedirect(response.status)) return response;
      await response.body?.cancel();
      const location = response.headers.get("location");
      if (!location) throw new VendorError("crm.failed", "a recording is redirected to nowhere");
      url = await gate(location, url);
    }
    throw new VendorError("crm.failed", "a recording is redirected too often");
  }

  return {
    async open(recording) {
      if ("url" in recording) return opened(await download(recording.url), null, clock);
      const reply = await rest.call("disk.file.get", { id: recording.fileId }, ["ERROR_NOT_FOUND"]);
      if (!reply) return undefined;
      const file = DiskFile.safeParse(reply.result);
      if (!file.success || !file.data.DOWNLOAD_URL) {
        throw new VendorError("crm.unreadable_reply", "Bitrix24 gave no download address for a recording");
      }
      // Signed for a short time: fetched at once, never kept (Bitrix24 docs, disk-file-get).
      return opened(await download(file.data.DOWNLOAD_URL), file.data.SIZE ?? null, clock);
    },
  };
}

async function opened(
  response: Response,
  statedBytes: number | null,
  clock: Clock,
): Promise<OpenedRecording | undefined> {
  const { status, headers, body } = response;
  if (status === 200 && body) {
    const packed = headers.has("content-encoding") && headers.get("content-encoding") !== "identity";
    const length = packed ? null : headers.get("content-length");
    return {
      body,
      // The header describes what is being sent; the Disk's entry can be of an older version of the file.
      sizeBytes: length && /^\d+$/.test(length) ? Number(length) : statedBytes,
      contentType: headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() || null,
    };
  }
  await body?.cancel();
  if (status === 404 || status === 410) return undefined;
  if (status === 401 || status === 403) {
    throw new ConfigurationError(
      "crm.recording_forbidden",
      "a recording was refused: the owner of the webhook in BITRIX24_WEBHOOK_URL needs the right to read the Disk and to listen to calls",
    );
  }
  if (status === 429) {
    const afterSec = retryAfterSec(headers.get("retry-after"), clock.now(), 10);
    throw new RetryLaterError("crm.rate_limited", afterSec, "the host of a recording takes no more requests");
  }
  throw new VendorError("crm.failed", `the download of a recording was answered with status ${status}`);
}

function refused(why: string): PermanentError {
  return new PermanentError(
    "recording.url_refused",
    `the address of the recording is not one to fetch from (${why})`,
  );
}

async function resolve(hostname: string): Promise<readonly string[]> {
  return (await dns.lookup(hostname, { all: true })).map(({ address }) => address);
}

/** Loaded with the first recording: its library is half a megabyte, and calls without a recording do without it. */
function pinnedFetch(checkedAddresses: Lookup, limits: DownloadLimits): typeof fetch {
  let made: Promise<typeof fetch> | undefined;
  return async (input, init) => {
    made ??= import("./bitrix24-pinned-fetch.ts").then((library) =>
      library.pinnedFetch(checkedAddresses, { connectMs: CONNECT_TIMEOUT_MS, ...limits }),
    );
    return (await made)(input, init);
  };
}
