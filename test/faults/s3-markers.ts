import { describeConditionalWrites } from "../../core/store-probe.ts";
import { type S3Conditions, serveS3 } from "../adapters/store/s3-server.ts";
import {
  claimOf,
  doneOf,
  internalError,
  meets,
  probedStoreOn,
  reading,
  slowDown,
  storeOn,
  thrice,
  untilMended,
  writing,
} from "./at-s3.ts";
import { meetingAtTheClaim } from "./meeting.ts";
import { play, told } from "./play.ts";
import { type FaultRow, row } from "./row.ts";
import { sentenceOf } from "./sentence.ts";

export const markerFaults: FaultRow[] = [
  row(
    "transcribe",
    "the recording breaks off while it is read",
    "`store.interrupted`: tried again after 10 s; scored; paid once",
    meets(reading("recording."), ["half-answer"], { recordingFrames: 4000 }),
  ),
  row(
    "transcribe",
    "412: another run has claimed the transcription at the same moment",
    "`claim.held`: tried again after 1 s; scored; paid once",
    meets(claimOf("transcription"), [{ status: 412, code: "PreconditionFailed" }]),
  ),
  row(
    "transcribe",
    "the answer is lost after the claim was written",
    "scored; paid once",
    meets(claimOf("transcription"), ["lost-answer"]),
  ),
  row(
    "transcribe",
    "409 ConditionalRequestConflict once",
    "scored; paid once",
    meets(claimOf("transcription"), [{ status: 409, code: "ConditionalRequestConflict" }]),
  ),
  row(
    "transcribe",
    "409 ConditionalRequestConflict, again and again",
    "`store.conflict`: tried again after 10 s; scored; paid once",
    meets(
      claimOf("transcription"),
      Array.from({ length: 4 }, () => ({ status: 409, code: "ConditionalRequestConflict" })),
    ),
  ),
  row(
    "transcribe",
    "the answer is lost after the task's id was kept",
    "scored; paid once",
    meets(doneOf("transcription"), ["lost-answer"]),
  ),
  row(
    "transcribe",
    "500 to every attempt of keeping the task's id, once",
    "scored; paid once",
    meets(doneOf("transcription"), thrice(internalError)),
  ),
  row(
    "transcribe",
    "the bucket cannot be written from the start of the task on, for a minute",
    "`store.unavailable`: tried again 5 times, after 10 s to 23 s; `claim.held`: tried again after 82 s; scored; paid: 2 transcriptions, 1 answer; its marker counts 2 attempts",
    async () => {
      const server = await serveS3();
      let isBroken = false;
      try {
        return await told({
          store: storeOn(server),
          fault: ({ saluteSpeech }) => {
            saluteSpeech.fail("async_recognize", (own) => {
              isBroken = true;
              return own;
            });
            server.fail(
              ({ method }) => method === "PUT" && isBroken,
              ...Array.from({ length: 3000 }, () => internalError),
            );
          },
          mend: { afterSec: 60, how: () => void server.faults.splice(0) },
        });
      } finally {
        await server.close();
      }
    },
  ),
  row(
    "score",
    "503 SlowDown while the checklists are listed, once",
    "scored; paid once",
    meets(
      ({ key, query }) => key === "" && query.get("prefix")?.startsWith("checklists/") === true,
      [slowDown],
    ),
  ),
  row(
    "score",
    "the answer is lost after the scorecard was written",
    "scored; paid once",
    meets(writing("scorecard/"), ["lost-answer"]),
  ),
  row(
    "score",
    "500 to every attempt of writing the scorecard",
    "`store.unavailable`: tried again after 10 s; scored; paid once",
    meets(writing("scorecard/"), thrice(internalError)),
  ),
  row(
    "score",
    "the transcript breaks off while it is read",
    "`store.unreachable`: tried again after 10 s; scored; paid once",
    meets(reading("transcript.json"), ["reset", "reset", "reset"]),
  ),
  row(
    "report",
    "500 to every attempt of writing the call's row",
    "`store.unavailable`: tried again after 10 s; scored; paid once",
    meets(writing("index/"), thrice(internalError)),
  ),
  row(
    "report",
    "the answer is lost after the digest was marked as sent",
    "the digest comes once",
    meets(doneOf("telegram"), ["lost-answer"], { digest: true }),
  ),
  row(
    "transcribe",
    "a host that is trusted with conditional writes and refuses them, for an hour (501)",
    "`store.not_implemented`: tried again 16 times, after 10 s to 15 min; scored; paid once",
    untilMended((request) => request.headers["if-none-match"] === "*", {
      status: 501,
      code: "NotImplemented",
    }),
  ),
  row(
    "transcribe",
    "a host that ignores conditional writes, and two deliveries in one process at the same moment",
    "conditional writes are emulated; `claim.held`: tried again after 150 s; scored; paid once",
    () => twoDeliveries("ignored"),
  ),
  row(
    "transcribe",
    "a host that refuses conditional writes, and two deliveries in one process at the same moment",
    "conditional writes are emulated; `claim.held`: tried again after 150 s; scored; paid once",
    () => twoDeliveries("refused"),
  ),
];

async function twoDeliveries(conditions: S3Conditions): Promise<string> {
  const server = await serveS3({ conditions });
  try {
    const host = probedStoreOn(server);
    const { state } = describeConditionalWrites(await host.conditionalWrites());
    const store = meetingAtTheClaim(host, "transcription", 2);
    const facts = await play({ store, fault: (world) => world.doubling("transcribe") });
    return `conditional writes are ${state}; ${sentenceOf(facts)}`;
  } finally {
    await server.close();
  }
}
