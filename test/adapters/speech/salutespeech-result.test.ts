import { describe, expect, it } from "vitest";
import { readRecognised } from "../../../adapters/speech/salutespeech-result.ts";

const said = (text: string, startSec: number, endSec: number, rest: object = {}) => ({
  results: [{ text, start: `${startSec}s`, end: `${endSec}s` }],
  eou: true,
  processed_audio_start: `${startSec}s`,
  processed_audio_end: `${endSec}s`,
  ...rest,
});
const voice = (speaker_id: number) => ({ speaker_info: { speaker_id, main_speaker_confidence: 0 } });
const texts = (file: unknown) => readRecognised(file).segments.map(({ text }) => text);
const spans = (file: unknown) =>
  readRecognised(file).segments.map(({ startSec, endSec }) => [startSec, endSec]);

describe("a result file of SaluteSpeech", () => {
  it("is read as documented", () => {
    const file = [
      {
        results: [
          {
            text: "добрый день студия",
            normalized_text: "Добрый день, студия.",
            start: "0.480s",
            end: "2.160s",
            word_alignments: [
              { word: "добрый", start: "0.480s", end: "0.840s" },
              { word: "студия", start: "1.2s", end: "2.160s" },
            ],
          },
        ],
        eou: true,
        eou_reason: "ORGANIC",
        emotions_result: { positive: 0.05, neutral: 0.93, negative: 0.02 },
        processed_audio_start: "0s",
        processed_audio_end: "2.400s",
        backend_info: { model_name: "callcenter", model_version: "M-01", server_version: "S-01" },
        channel: 0,
        speaker_info: { speaker_id: -1, main_speaker_confidence: 0 },
        person_identity: { age: "ADULT", gender: "FEMALE", age_score: 0.9, gender_score: 0.97 },
        insight_result: '{"csi":0.7}',
      },
    ];
    expect(readRecognised(file)).toEqual({
      model: "callcenter",
      segments: [
        {
          channel: 0,
          voice: null,
          startSec: 0.48,
          endSec: 2.16,
          text: "Добрый день, студия.",
          words: [
            { text: "добрый", startSec: 0.48, endSec: 0.84 },
            { text: "студия", startSec: 1.2, endSec: 2.16 },
          ],
        },
      ],
    });
  });

  it("is read when protobuf left every default value out", () => {
    const file = [{ results: [{ text: "алло", end: "1s" }] }];
    expect(readRecognised(file)).toEqual({
      model: null,
      segments: [{ channel: 0, voice: null, startSec: 0, endSec: 1, text: "алло", words: [] }],
    });
  });

  it("is read with nulls for everything", () => {
    const nothing = {
      results: null,
      channel: null,
      speaker_info: null,
      processed_audio_start: null,
      eou: null,
    };
    expect(readRecognised([nothing, { results: [{ text: null, normalized_text: null }] }])).toEqual({
      model: null,
      segments: [],
    });
  });

  it.each([[{}], ["done"], [null], [undefined], [[{ results: "text" }]]])("is refused as %j", (file) => {
    expect(() => readRecognised(file)).toThrow(expect.objectContaining({ code: "speech.unreadable_reply" }));
  });

  it("gives seconds to the millisecond from up to nine decimals", () => {
    expect(spans([said("алло", 0.123456789, 1.999999999)])).toEqual([[0.123, 2]]);
  });

  it("leaves empty utterances out and falls back to the raw text", () => {
    const file = [
      said("", 0, 1),
      said("  ", 1, 2),
      { results: [] },
      { results: [{ text: "слушаю вас", normalized_text: "", end: "3s" }] },
    ];
    expect(texts(file)).toEqual(["слушаю вас"]);
  });

  it("is put in order over all channels", () => {
    const file = [
      said("третья", 5, 6, { channel: 1 }),
      said("первая", 0, 1, { channel: 1 }),
      said("четвёртая", 7, 8),
      said("вторая", 2, 3),
    ];
    expect(texts(file)).toEqual(["первая", "вторая", "третья", "четвёртая"]);
  });
});

describe("copies of the same speech", () => {
  const mix = [said("добрый день", 0, 1, voice(-1)), said("алло слушаю", 2, 3, voice(-1))];

  it("are read by voice when the voices say all of it", () => {
    const file = [
      ...mix,
      said("алло слушаю", 2, 3, voice(1)),
      said("добрый день", 0, 1, { speaker_info: {} }),
    ];
    expect(readRecognised(file).segments.map(({ voice, text }) => [voice, text])).toEqual([
      [0, "добрый день"],
      [1, "алло слушаю"],
    ]);
  });

  it("are read from the mix when a voice is missing", () => {
    expect(texts([...mix, said("алло слушаю", 2, 3, voice(1))])).toEqual(["добрый день", "алло слушаю"]);
  });

  it("are read from the mix when the voices repeat each other", () => {
    const file = [0, 1].flatMap((id) => [
      said("добрый день", 0, 1, voice(id)),
      said("алло слушаю", 2, 3, voice(id)),
    ]);
    const { segments } = readRecognised([...file, ...mix]);
    expect(segments.map(({ voice, text }) => [voice, text])).toEqual([
      [null, "добрый день"],
      [null, "алло слушаю"],
    ]);
  });

  it("are chosen for each channel on its own", () => {
    const file = [...mix, said("да", 1, 1.5, { channel: 1, ...voice(0) })];
    expect(readRecognised(file).segments.map(({ channel, voice }) => [channel, voice])).toEqual([
      [0, null],
      [1, 0],
      [0, null],
    ]);
  });

  it("are dropped when they were partial and the whole came later", () => {
    const file = [
      said("добрый", 0, 0.6, { eou: false }),
      said("добрый день", 0, 1.1, { eou: false }),
      said("добрый день студия", 0, 2),
    ];
    expect(texts(file)).toEqual(["добрый день студия"]);
  });

  it("are no partials when the end of utterances is never marked", () => {
    const file = [said("добрый день", 0, 1, { eou: undefined }), said("алло", 1, 2, { eou: undefined })];
    expect(texts(file)).toEqual(["добрый день", "алло"]);
  });

  it("are no partials when another side talks at the same time", () => {
    const file = [said("добрый день студия", 0, 3), said("алло", 1, 2, { channel: 1, eou: false })];
    expect(texts(file)).toEqual(["добрый день студия", "алло"]);
  });
});

describe("the time of an utterance", () => {
  const late = (start: string, end: string, words: [string, string][] = []) => [
    {
      results: [
        {
          text: "алло да",
          start,
          end,
          word_alignments: words.map(([start, end]) => ({ word: "алло", start, end })),
        },
      ],
      processed_audio_start: "15s",
      processed_audio_end: "18s",
    },
  ];

  it("is kept when it is counted from the start of the file", () => {
    expect(spans(late("15.2s", "17.1s"))).toEqual([[15.2, 17.1]]);
  });

  it("is kept when speech is put a little before the stretch that was processed", () => {
    expect(spans(late("14.9s", "17.1s"))).toEqual([[14.9, 17.1]]);
  });

  it("is moved when it is counted from the start of the utterance", () => {
    expect(spans(late("0.2s", "2.1s"))).toEqual([[15.2, 17.1]]);
  });

  it("is moved for words on their own", () => {
    const words: [string, string][] = [
      ["0.2s", "0.9s"],
      ["1s", "2.1s"],
    ];
    expect(readRecognised(late("15.2s", "17.1s", words)).segments[0]?.words).toEqual([
      { text: "алло", startSec: 15.2, endSec: 15.9 },
      { text: "алло", startSec: 16, endSec: 17.1 },
    ]);
  });

  it("follows the words when a stretch was put seconds before them", () => {
    expect(
      spans(
        late("2.6s", "17s", [
          ["15.1s", "15.8s"],
          ["16s", "17s"],
        ]),
      ),
    ).toEqual([[15.1, 17]]);
  });

  it("is that of the processed stretch when the hypothesis has none", () => {
    expect(spans([{ ...late("0s", "0s")[0], results: [{ text: "алло" }] }])).toEqual([[15, 18]]);
  });

  it("covers all of its words when they are not in their order", () => {
    const words: [string, string][] = [
      ["17s", "18s"],
      ["15.5s", "16s"],
    ];
    expect(spans(late("15s", "18s", words))).toEqual([[15.5, 18]]);
  });

  it("leaves the time of a word out that ends before it begins", () => {
    const words: [string, string][] = [
      ["17s", "16s"],
      ["16.5s", "17.5s"],
    ];
    expect(readRecognised(late("15s", "18s", words)).segments[0]?.words).toHaveLength(1);
  });

  it.each(["1e306s", "1e999s", "99999999999s", "NaNs"])("is not %s", (end) => {
    expect(spans([{ results: [{ text: "алло", start: "1s", end }] }])).toEqual([[0, 0]]);
  });

  it("does not end before it begins when the processed stretch does", () => {
    const file = [{ results: [{ text: "алло" }], processed_audio_start: "5s", processed_audio_end: "2s" }];
    expect(spans(file)).toEqual([[5, 5]]);
  });
});
