import type { Fault } from "../../local/sandbox/server.ts";
import { CHAT, meets, refusal, row, untilMended } from "./at-model.ts";
import { always, tooMany } from "./broken.ts";
import { told } from "./play.ts";
import type { FaultRow } from "./row.ts";

/** The model's own answer, its choice changed. */
function choosing(
  change: (content: string) => { content?: string | null; refusal?: string; finish?: string },
): Fault {
  return (own) => {
    const body = own.body as { choices: { message: { content: string } }[] };
    const [choice] = body.choices;
    const { content, refusal: refused = null, finish = "stop" } = change(choice?.message.content ?? "");
    const message = { role: "assistant", content: content ?? null, refusal: refused };
    return { ...own, body: { ...body, choices: [{ index: 0, finish_reason: finish, message }] } };
  };
}

export const answerFaults: FaultRow[] = [
  row(
    "the response format is not taken (400)",
    "scored; paid once",
    meets([refusal(400, "response_format json_schema is not supported")]),
  ),
  row(
    "the conversation is too long for it, at every length",
    "failed as llm.input_too_long; paid: 1 transcription, no answers",
    meets(always(refusal(400, "maximum context length exceeded", "context_length_exceeded"))),
  ),
  row(
    "its filter refuses the conversation, both times",
    "scored, to be reviewed; paid: 1 transcription, no answers",
    meets(always(refusal(400, "flagged", "content_filter"))),
  ),
  row(
    "it refuses to answer, once",
    "scored; paid: 1 transcription, 2 answers",
    meets([choosing(() => ({ refusal: "I cannot help with that." }))]),
  ),
  row(
    "its answer ends at its limit of tokens, once",
    "scored; paid: 1 transcription, 2 answers",
    meets([choosing((content) => ({ content: content.slice(0, 200), finish: "length" }))]),
  ),
  row(
    "its answer ends at its limit of tokens, both times",
    "scored, to be reviewed; paid: 1 transcription, 2 answers",
    meets(always(choosing((content) => ({ content: content.slice(0, 200), finish: "length" })))),
  ),
  row(
    "prose instead of JSON, once",
    "scored; paid: 1 transcription, 2 answers",
    meets([choosing(() => ({ content: "Менеджер отработал хорошо." }))]),
  ),
  row(
    "prose instead of JSON, and then 429 with Retry-After: 7",
    "`llm.rate_limited`: tried again after 7 s; scored; paid: 1 transcription, 2 answers",
    meets([choosing(() => ({ content: "Менеджер отработал хорошо." })), tooMany("7")]),
  ),
  row(
    "an empty answer, both times",
    "scored, to be reviewed; paid: 1 transcription, 2 answers",
    meets(always(choosing(() => ({ content: "" })))),
  ),
  row(
    "every quote invented, once",
    "scored; paid: 1 transcription, 2 answers",
    meets([
      choosing((content) => ({
        content: content.replaceAll(/"quote":"[^"]+"/g, '"quote":"Этого никто не говорил"'),
      })),
    ]),
  ),
  row(
    "every quote invented, both times",
    "scored, to be reviewed; paid: 1 transcription, 2 answers",
    meets(
      always(
        choosing((content) => ({
          content: content.replaceAll(/"quote":"[^"]+"/g, '"quote":"Этого никто не говорил"'),
        })),
      ),
    ),
  ),
  row(
    "down for an hour (503), a fallback is configured; two calls",
    "both scored; paid once; 1 request in vain until it is mended",
    untilMended({ status: 503 }, { secondModel: true, calls: 2, gapSec: 7200 }),
  ),
  row(
    "the key is refused for an hour (401), a fallback is configured; two calls",
    "both scored; paid once; the supervisor is told once, and once that it is over; 1 request in vain until it is mended",
    untilMended(refusal(401, "Incorrect API key provided"), { secondModel: true, calls: 2, gapSec: 7200 }),
  ),
  row(
    "429 with a Retry-After of an hour, a fallback is configured",
    "scored; paid once",
    meets([tooMany("3600")], { secondModel: true }),
  ),
  row(
    "429 with Retry-After: 7, a fallback is configured",
    "`llm.rate_limited`: tried again after 7 s; scored; paid once",
    meets([tooMany("7")], { secondModel: true }),
  ),
  row(
    "both models are down for an hour (503)",
    "`llm.failed`, `llm.paused`: tried again 19 times, after 5 s to 15 min; scored; paid once; its marker counts 13 attempts; the supervisor is told twice, and once that it is over",
    () =>
      told({
        secondModel: true,
        fault: ({ model, secondModel }) => {
          for (const each of [model, secondModel]) each.fail(CHAT, ...always({ status: 503 }));
        },
        mend: {
          afterSec: 3600,
          how: ({ model, secondModel }) => {
            for (const each of [model, secondModel]) each.mend();
          },
        },
      }),
  ),
];
