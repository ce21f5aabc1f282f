import type { SandboxReply } from "../../local/sandbox/server.ts";
import { at, PATIENCE_SEC, row, untilMended } from "./at-bitrix24.ts";
import { always, htmlPage, serverError, tooMany } from "./broken.ts";
import type { FaultRow } from "./row.ts";

const FILE = "disk.file.get";
const DOWNLOAD = "downloadFile";

export const recordingFaults: FaultRow[] = [
  row(
    "the Disk answers 500",
    "`crm.failed`: tried again after 10 s; scored; paid once",
    at(FILE, [serverError]),
  ),
  row(
    "the Disk gives no address of the file",
    "`crm.unreadable_reply`: tried again after 10 s; scored; paid once",
    at(FILE, [{ body: { result: { ID: "1" } } }]),
  ),
  row(
    "the Disk sends us to an address inside (169.254.169.254)",
    "failed as recording.url_refused; nothing paid; its recording is asked for once",
    at(FILE, [{ body: { result: { ID: "1", DOWNLOAD_URL: "https://169.254.169.254/latest/" } } }]),
  ),
  row(
    "the download breaks in the middle once",
    "`recording.interrupted`: tried again after 15 s; scored; paid once",
    at(DOWNLOAD, ["half-answer"]),
  ),
  row(
    "the download breaks in the middle every time",
    "`recording.interrupted`: tried again 9 times, after 15 s to 15 min; failed as recording.truncated; nothing paid",
    at(DOWNLOAD, always("half-answer")),
  ),
  row(
    "the download hangs",
    "`crm.unreachable`: tried again after 10 s; scored; paid once",
    at(DOWNLOAD, ["hang"], { patienceSec: PATIENCE_SEC }),
  ),
  row(
    "the file is shorter than the Disk says, and stays so",
    "`recording.truncated`: tried again after 15 s, 60 s, 30 s and 60 s; failed as recording.truncated; nothing paid",
    at(
      DOWNLOAD,
      always((own) => ({
        ...own,
        headers: { "content-type": "audio/mpeg", "transfer-encoding": "chunked" },
        body: half(own),
      })),
    ),
  ),
  row(
    "the file is still growing when it is first fetched",
    "`recording.truncated`: tried again after 15 s; scored; paid once",
    at(DOWNLOAD, [
      (own) => ({
        ...own,
        headers: { "content-type": "audio/mpeg", "transfer-encoding": "chunked" },
        body: half(own),
      }),
    ]),
  ),
  row(
    "a login page instead of the recording",
    "failed as recording.not_audio; nothing paid",
    at(DOWNLOAD, always(htmlPage)),
  ),
  row(
    "an empty file",
    "`recording.truncated`: tried again after 15 s, 60 s, 30 s and 60 s; failed as recording.truncated; nothing paid",
    at(DOWNLOAD, always({ headers: { "content-type": "audio/mpeg" }, body: "" })),
  ),
  row(
    "the recording is gone once (404)",
    "`recording.absent`: tried again after 30 s; scored; paid once",
    at(DOWNLOAD, [{ status: 404 }]),
  ),
  row(
    "the recording never appears (404)",
    "`recording.absent`: tried again 7 times, after 30 s to 2 h; skipped as recording.absent; nothing paid",
    at(DOWNLOAD, always({ status: 404 })),
  ),
  row(
    "no right to listen to this one recording, for an hour (403)",
    "`crm.recording_forbidden`: tried again 15 times, after 10 s to 15 min; scored; paid once; its recording is asked for once; 16 requests in vain until it is mended",
    untilMended(DOWNLOAD, { status: 403 }),
  ),
  row(
    "the host of recordings asks for a pause: 429 with Retry-After: 20",
    "`crm.rate_limited`: tried again after 20 s; scored; paid once",
    at(DOWNLOAD, [tooMany("20")]),
  ),
];

function half({ body }: SandboxReply): Buffer {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  return bytes.subarray(0, Math.floor(bytes.length / 2));
}
