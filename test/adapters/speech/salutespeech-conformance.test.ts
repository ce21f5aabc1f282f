import { saluteSpeech } from "../../../adapters/speech/salutespeech.ts";
import { startSaluteSpeechSandbox } from "../../../local/sandbox/salutespeech.ts";
import { speechConformance } from "../../speech/conformance.ts";

const credentials = { clientId: "id", clientSecret: "secret", scope: "SALUTE_SPEECH_CORP" };

speechConformance("SaluteSpeech", async (recordings) => {
  const sandbox = await startSaluteSpeechSandbox({ ...credentials, recordings });
  return {
    speech: saluteSpeech({ ...credentials, oauthUrl: sandbox.oauthUrl, apiUrl: sandbox.apiUrl }),
    startedTasks: (hash) => sandbox.started.get(hash) ?? 0,
    rateLimitNextStart: (afterSec) =>
      sandbox.fail("/speech:async_recognize", {
        status: 429,
        headers: { "retry-after": String(afterSec) },
        body: { status: 429, message: "too many requests" },
      }),
    loseNextStart: () => sandbox.fail("/speech:async_recognize", "lost-answer"),
    close: sandbox.close,
  };
});
