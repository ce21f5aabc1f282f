import { RetryLaterError } from "../../core/errors.ts";
import { scriptedSpeech } from "../fakes/speech.ts";
import { speechConformance } from "./conformance.ts";

speechConformance("the script", async (recordings) => {
  const speech = scriptedSpeech({ recordings });
  return {
    speech,
    startedTasks: (hash) => speech.started.get(hash) ?? 0,
    rateLimitNextStart: (afterSec) =>
      speech.fail("start", new RetryLaterError("speech.rate_limited", afterSec, "too many tasks")),
    loseNextStart: speech.loseNextStart,
    close: async () => {},
  };
});
