import fc from "fast-check";
import { expect, it } from "vitest";
import { readRecognised } from "../../adapters/speech/salutespeech-result.ts";
import { readChecklist } from "../../core/checklist.ts";
import { noConversation } from "../../core/no-conversation.ts";
import type { Recognised } from "../../core/ports/speech.ts";
import { Scorecard } from "../../core/scorecard.ts";
import { defaultSettings } from "../../core/settings.ts";
import { Transcript } from "../../core/transcript.ts";
import { judge } from "../../functions/score/judge.ts";
import { makeTranscript } from "../../functions/transcribe/transcript.ts";
import { textsFor } from "../../locales/index.ts";
import { designChecklist } from "../core/design-checklist.ts";
import { assertNamed } from "./errors.ts";
import { nearValid } from "./near-valid.ts";
import { cases, endsReached, timeoutMs } from "./runs.ts";

const CALL_ID = "20261120-bitrix24-ABCD.1";

const said = (text: string, startSec: number, endSec: number, rest: object = {}) => ({
  results: [
    {
      text: text.toLowerCase(),
      normalized_text: text,
      start: `${startSec}s`,
      end: `${endSec}s`,
      word_alignments: text.split(" ").map((word, index) => ({
        word,
        start: `${startSec + index * 0.3}s`,
        end: `${startSec + index * 0.3 + 0.25}s`,
      })),
    },
  ],
  eou: true,
  processed_audio_start: `${startSec}s`,
  processed_audio_end: `${endSec}s`,
  backend_info: { model_name: "callcenter", model_version: "M-01", server_version: "S-01" },
  ...rest,
});
const voice = (speaker_id: number) => ({ speaker_info: { speaker_id, main_speaker_confidence: 0 } });

const stereo = [
  said("Добрый день, компания «Север», меня зовут Анна.", 0.5, 3, { channel: 0 }),
  said("Здравствуйте, сколько стоит окно?", 3.5, 6, { channel: 1 }),
  said("Какой размер проёма?", 6.2, 8, { channel: 0, eou: false }),
];
const mono = [
  said("Отдел продаж, меня зовут Анна, чем могу помочь?", 0, 3, voice(-1)),
  said("Отдел продаж, меня зовут Анна, чем могу помочь?", 0, 3, voice(1)),
  said("Сколько стоит окно?", 4, 6, voice(-1)),
  said("Сколько стоит окно?", 4, 6, { speaker_info: {} }),
  said("Номер 345-67-89", 7, 9, voice(2)),
];
const bare = [{ results: [{ text: "алло", end: "1s" }] }, { results: null }, {}];

const words = [
  "0s",
  "-3s",
  "1e300s",
  "1e305",
  "99999999999999s",
  "0.000000001s",
  "NaNs",
  ".5s",
  " 2 s",
  "Infinitys",
];

const recognition = fc.record({
  file: nearValid([stereo, mono, bare], words),
  channels: fc.constantFrom(1, 2, 3),
  agentChannel: fc.constantFrom(0, 1),
  durationSec: fc.constantFrom(null, 0, 9.5, 3600),
  direction: fc.constantFrom(null, "incoming" as const, "outgoing" as const),
});

const checklist = readChecklist(designChecklist);

function read(file: unknown): Recognised | undefined {
  try {
    return readRecognised(file);
  } catch (error) {
    assertNamed(error);
    return undefined;
  }
}

it(
  "a result of SaluteSpeech is refused by name, or its stretches lie in order on the clock of the file",
  () => {
    const { reach, missing } = endsReached();
    fc.assert(
      fc.property(recognition, ({ file }) => {
        const segments = read(file)?.segments;
        reach(segments === undefined ? "refused" : "heard");
        let beforeSec = 0;
        for (const { channel, voice: number, startSec, endSec, text, words: timed } of segments ?? []) {
          expect(Number.isSafeInteger(channel) && channel >= 0).toBe(true);
          expect(number === null || Number.isSafeInteger(number)).toBe(true);
          expect(Number.isFinite(startSec) && Number.isFinite(endSec)).toBe(true);
          expect(startSec).toBeGreaterThanOrEqual(beforeSec);
          expect(endSec).toBeGreaterThanOrEqual(startSec);
          expect(text.trim()).not.toBe("");
          for (const word of timed) {
            expect(Number.isFinite(word.startSec) && Number.isFinite(word.endSec)).toBe(true);
            expect(word.startSec).toBeGreaterThanOrEqual(0);
            expect(word.endSec).toBeGreaterThanOrEqual(word.startSec);
          }
          beforeSec = startSec;
        }
      }),
      cases,
    );
    expect(missing("refused", "heard")).toEqual([]);
  },
  timeoutMs,
);

it(
  "whatever was recognised makes a transcript that is stored, read again and judged",
  async () => {
    const { reach, missing } = endsReached();
    await fc.assert(
      fc.asyncProperty(recognition, async ({ file, agentChannel, ...facts }) => {
        const recognised = read(file);
        if (!recognised) return;
        const settings = { ...defaultSettings, agentChannel };
        const made = makeTranscript({
          callId: CALL_ID,
          source: "salutespeech",
          recognised,
          settings,
          ...facts,
        });
        const transcript = Transcript.parse(JSON.parse(JSON.stringify(made)));
        expect(transcript).toEqual(JSON.parse(JSON.stringify(made)));
        expect(transcript.turns.map((turn) => turn.n)).toEqual([...transcript.turns.keys()]);
        reach(transcript.roles.by);
        noConversation(transcript);
        const scorecard = await judge({
          tenant: "default",
          transcript,
          checklist,
          llm: null,
          callTypes: settings.callTypes,
          texts: textsFor("ru").verdict,
        });
        expect(Scorecard.parse(JSON.parse(JSON.stringify(scorecard)))).toEqual(scorecard);
        for (const { startSec, endSec } of scorecard.verdicts.flatMap((verdict) => verdict.evidence))
          expect(endSec).toBeGreaterThanOrEqual(startSec);
        for (const share of [scorecard.metrics.silenceShare, scorecard.metrics.agentTalkShare]) {
          expect(share ?? 0).toBeGreaterThanOrEqual(0);
          expect(share ?? 0).toBeLessThanOrEqual(1);
        }
      }),
      cases,
    );
    expect(missing("channel", "rules", "unknown")).toEqual([]);
  },
  timeoutMs,
);
