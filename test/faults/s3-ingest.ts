import type { S3Fault } from "../adapters/store/s3-server.ts";
import { internalError, meets, slowDown, thrice, untilMended, writing } from "./at-s3.ts";
import { type FaultRow, row } from "./row.ts";

/** The SDK sets its clock by the date of such an answer. */
const skewed: S3Fault = {
  status: 403,
  body: '<?xml version="1.0" encoding="UTF-8"?><Error><Code>RequestTimeTooSkewed</Code><Message>no</Message></Error>',
  headers: {
    "content-type": "application/xml",
    date: new Date(Date.now() + 6 * 3_600_000).toUTCString(),
  },
};
export const ingestFaults: FaultRow[] = [
  row("ingest", "503 SlowDown once", "scored; paid once", meets(writing("call.json"), [slowDown])),
  row(
    "ingest",
    "503 SlowDown to every attempt of one request",
    "`store.slow_down`: tried again after 30 s; scored; paid once",
    meets(writing("call.json"), thrice(slowDown)),
  ),
  row(
    "ingest",
    "500 to every attempt of one request",
    "`store.unavailable`: tried again after 10 s; scored; paid once",
    meets(writing("call.json"), thrice(internalError)),
  ),
  row(
    "ingest",
    "a gateway's page of HTML to every attempt",
    "`store.unavailable`: tried again after 10 s; scored; paid once",
    meets(writing("call.json"), thrice({ status: 502, body: "<html>Bad gateway</html>" })),
  ),
  row(
    "ingest",
    "connection reset at every attempt",
    "`store.unreachable`: tried again after 10 s; scored; paid once",
    meets(writing("call.json"), thrice("reset")),
  ),
  row(
    "ingest",
    "the answer is lost after the recording was written",
    "scored; paid once",
    meets(writing("recording."), ["lost-answer"]),
  ),
  row(
    "ingest",
    "a part of a long recording is refused (500)",
    "`store.unavailable`: tried again after 10 s; scored; paid once",
    meets(({ method, query }) => method === "PUT" && query.get("partNumber") === "2", thrice(internalError), {
      recordingFrames: 160_000,
    }),
  ),
  row(
    "ingest",
    "the answer is lost after the parts of a long recording were put together",
    "scored; paid once",
    meets(({ method, query }) => method === "POST" && query.has("uploadId"), ["lost-answer"], {
      recordingFrames: 160_000,
    }),
  ),
  row(
    "ingest",
    "our clock is wrong by six hours (RequestTimeTooSkewed with the right Date)",
    "scored; paid once",
    meets(writing("call.json"), [skewed]),
  ),
  row(
    "ingest",
    "our clock is wrong by hours: RequestTimeTooSkewed for an hour",
    "`store.clock_skewed`: tried again 16 times, after 10 s to 15 min; scored; paid once",
    untilMended(() => true, { status: 403, code: "RequestTimeTooSkewed" }),
  ),
  row(
    "ingest",
    "the key is refused for an hour (403)",
    "`store.unauthorized`: tried again 16 times, after 10 s to 15 min; scored; paid once",
    untilMended(() => true, { status: 403, code: "InvalidAccessKeyId" }),
  ),
  row(
    "ingest",
    "the bucket may only be read for an hour (403)",
    "`store.unauthorized`: tried again 16 times, after 10 s to 15 min; scored; paid once",
    untilMended(({ method }) => method === "PUT", { status: 403, code: "AccessDenied" }),
  ),
  row(
    "ingest",
    "the bucket is full for an hour (507)",
    "`store.unavailable`: tried again 16 times, after 10 s to 15 min; scored; paid once",
    untilMended(({ method }) => method === "PUT", { status: 507, code: "XMinioStorageFull" }),
  ),
  row(
    "ingest",
    "there is no bucket for an hour (404)",
    "`store.no_bucket`: tried again 16 times, after 10 s to 15 min; scored; paid once",
    untilMended(() => true, { status: 404, code: "NoSuchBucket" }),
  ),
];
