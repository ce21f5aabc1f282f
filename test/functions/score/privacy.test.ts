import { describe, expect, it } from "vitest";
import { PermanentError } from "../../../core/errors.ts";
import type { LlmRequest } from "../../../core/ports/llm.ts";
import { defaultSettings } from "../../../core/settings.ts";
import { writeJson } from "../../../core/store-json.ts";
import type { Transcript, Turn } from "../../../core/transcript.ts";
import { score } from "../../../functions/score/stage.ts";
import { turnsFrom } from "../../core/score/transcripts.ts";
import { jsonAnswer } from "../../fakes/llm.ts";
import { readObject, run } from "../world.ts";
import {
  answerWith,
  checklistJson,
  FOLDER,
  readScorecard,
  scoreWorld,
  transcribed,
  transcriptOf,
  verdict,
} from "./score-world.ts";

/** What a model is shown of a call that is full of personal data. */

const lines = [
  "Добрый день, «Север-Окна», Анна. На какой номер перезвонить?",
  "К: Плюс семь девятьсот двенадцать 345 67 89.",
  "Сверяю: 8 (912) 345-67-89, верно?",
  "К: Да. Карта 4276 3800 1234 5674, почта olga.rudneva@mail.ru.",
  "Паспорт назовите для договора.",
  "К: Паспорт серия 45 07 номер 123456.",
  "И ИНН со СНИЛСом, пожалуйста.",
  "К: ИНН 7707083893, СНИЛС 112-233-445 95.",
  "Спасибо, договор пришлю на почту olga.rudneva@mail.ru сегодня до шести.",
];
const turns = turnsFrom(...lines).map((turn) => ({ ...turn, channel: turn.speaker === "client" ? 1 : 0 }));

const secrets = [
  /девятьсот двенадцать/i,
  /345.?67/,
  /912/,
  /4276|3800|5674/,
  /olga|rudneva|mail\.ru/i,
  /45 07|123456/,
  /7707083893/,
  /112.?233|445 95/,
];

const bySettings = (maskPersonalData: boolean) => ({
  settingsOf: async () => ({ ...defaultSettings, maskPersonalData }),
});

const textsOf = (requests: readonly LlmRequest[]) => requests.map((request) => JSON.stringify(request));

function expectNoSecret(requests: readonly LlmRequest[]): void {
  expect(requests.length).toBeGreaterThan(0);
  for (const text of textsOf(requests)) for (const secret of secrets) expect(text).not.toMatch(secret);
}

/** What stands on the line of a turn in a request. */
function lineOf(request: LlmRequest, n: number): string {
  return (
    request.input
      .split("\n")
      .find((line) => line.startsWith(`[${n}] `))
      ?.replace(/^\[\d+\] [^:]+: /, "") ?? ""
  );
}

/** A model that copies the whole of a turn into the evidence of every criterion, exactly as it was shown. */
const copying = (n: number) => (request: LlmRequest) => {
  const quoted = verdict("met", [{ turn: n, speaker: "agent", quote: lineOf(request, n) }]);
  return jsonAnswer(answerWith({ needs: quoted, "next-step": quoted }));
};

/** The same call on one channel, where nobody could be named. */
function unnamed(list: readonly Turn[]): Transcript {
  return {
    ...transcriptOf(list.map((turn) => ({ ...turn, channel: 0, voice: turn.channel, speaker: "unknown" }))),
    channels: 1,
    roles: { by: "unknown", confidence: 0 },
  };
}

const twoKinds = [
  checklistJson({ appliesTo: { callTypes: ["first-sale"] } }),
  checklistJson({ id: "support", appliesTo: { callTypes: ["support"] } }),
];

describe("with the switch on", () => {
  it("no personal data of the call stands in any request: kind of call, roles, scoring and asking again", async () => {
    const world = await scoreWorld(
      (request) => {
        if (request.schema.name === "call_roles")
          return jsonAnswer({ evidence: { turn: 2, quote: lineOf(request, 2) }, agentVoice: "voice 0" });
        if (request.schema.name === "call_type")
          return jsonAnswer({ evidence: { turn: 5, quote: lineOf(request, 5) }, callType: "first-sale" });
        return jsonAnswer(answerWith({}));
      },
      { checklists: twoKinds },
    );
    await writeJson(world.store, `${FOLDER}transcript.json`, unnamed(turns));
    expect(await run(score, transcribed, world)).toMatchObject([{ outcome: "done" }]);
    expect(world.model.requests.map(({ schema }) => schema.name)).toEqual([
      "call_roles",
      "call_type",
      "call_score",
      "call_score",
    ]);
    expectNoSecret(world.model.requests);
    // Proved by quotes with tokens, the roles and the kind stand.
    expect(await readScorecard(world)).toMatchObject({ callType: "first-sale" });
    expect(await readObject(world.store, `${FOLDER}transcript.json`)).toMatchObject({
      roles: { by: "model" },
    });
  });

  it("is how it is where nobody set it", async () => {
    expect(defaultSettings.maskPersonalData).toBe(true);
    const world = await scoreWorld(copying(2), { turns });
    await run(score, transcribed, world);
    expectNoSecret(world.model.requests);
  });

  it.each([2, 8])(
    "a quote that the model copies with a token is kept as it was said (turn %i)",
    async (n) => {
      const world = await scoreWorld(copying(n), { turns });
      await run(score, transcribed, world);
      expect(lineOf(world.model.requests[0] as LlmRequest, n)).toMatch(/\[(ТЕЛЕФОН|ПОЧТА)_1\]/);
      const { verdicts, needsReview } = await readScorecard(world);
      const quote = verdicts.find(({ criterionId }) => criterionId === "needs")?.evidence[0]?.quote ?? "";
      expect(quote).toBe(lines[n]);
      expect(needsReview).toBe(false);
      expect(world.model.requests).toHaveLength(1);
    },
  );

  it("a comment and a summary with a token say what the call says", async () => {
    const world = await scoreWorld(
      [
        jsonAnswer({
          ...answerWith({
            needs: verdict("not_met", [], "Номер [ТЕЛЕФОН_1] не сверен."),
            "next-step": verdict("not_met"),
          }),
          summary: "Пришлёт договор на [ПОЧТА_1].",
          nextStep: { agreed: true, text: "Договор на [ПОЧТА_1]; копия на [ПОЧТА_9]" },
        }),
      ],
      { turns },
    );
    await run(score, transcribed, world);
    expect(await readScorecard(world)).toMatchObject({
      summary: "Пришлёт договор на olga.rudneva@mail.ru.",
      // A token that was never given out stays as it is.
      nextStep: { text: "Договор на olga.rudneva@mail.ru; копия на [ПОЧТА_9]" },
      verdicts: [
        {},
        { comment: expect.stringMatching(/^Номер .*девятьсот двенадцать 345 67 89 не сверен\.$/) },
        {},
      ],
    });
  });

  it("a number that the model makes up around a token is no quote", async () => {
    const invented = verdict("met", [
      { turn: 2, speaker: "agent", quote: "Сверяю: [ТЕЛЕФОН_1] и [КАРТА_1]" },
    ]);
    const bad = jsonAnswer(answerWith({ needs: invented, "next-step": invented }));
    const world = await scoreWorld([bad, bad], { turns });
    await run(score, transcribed, world);
    expect(await readScorecard(world)).toMatchObject({
      needsReview: true,
      model: { problems: ["quote_refused"] },
    });
  });

  it("the second question shows the same tokens as the first", async () => {
    const world = await scoreWorld([jsonAnswer({}), copying(2)({ input: "" } as LlmRequest)], { turns });
    await run(score, transcribed, world);
    const [first, second] = world.model.requests;
    expect(first?.input).toContain("[ТЕЛЕФОН_1]");
    expect(second?.input).toBe(first?.input);
  });

  it("the parts of a long conversation show one value by one token", async () => {
    const filler = Array.from({ length: 30 }, (_n, n) =>
      n % 2 ? "К: Понятно, а дальше что?" : "Рассказываю дальше.",
    );
    const long = turnsFrom(
      "Вижу номер 8 495 123-45-67.",
      ...filler.slice(0, 15),
      "К: Мой номер 8 912 345-67-89.",
      ...filler.slice(15),
      "Записала 8 912 345-67-89 и почту anna@sever-okna.ru.",
      "К: И старый 8 495 123-45-67 оставьте.",
    );
    const last = long.length - 2;
    const world = await scoreWorld(
      (request) => {
        if (request.input.split("\n").length > 30) return tooLong();
        const line = lineOf(request, last);
        const found =
          line === "" ? verdict("not_met") : verdict("met", [{ turn: last, speaker: "agent", quote: line }]);
        return jsonAnswer(answerWith({ needs: found, "next-step": found }));
      },
      { turns: long },
    );
    await run(score, transcribed, world);
    const [, start, end] = world.model.requests;
    expect(start?.input).toContain("[0] agent: Вижу номер [ТЕЛЕФОН_1].");
    expect(end?.input).toContain(`[${last}] agent: Записала [ТЕЛЕФОН_2] и почту [ПОЧТА_1].`);
    expect(end?.input).toContain("И старый [ТЕЛЕФОН_1] оставьте.");
    expect((await readScorecard(world)).verdicts[1]).toMatchObject({
      verdict: "met",
      evidence: [{ turn: last, quote: "Записала 8 912 345-67-89 и почту anna@sever-okna.ru." }],
    });
  });

  it("the transcript itself stays as it is", async () => {
    const world = await scoreWorld(copying(2), { turns });
    const before = await readObject(world.store, `${FOLDER}transcript.json`);
    await run(score, transcribed, world);
    expect(await readObject(world.store, `${FOLDER}transcript.json`)).toEqual(before);
  });
});

function tooLong(): never {
  throw new PermanentError("llm.input_too_long", "more than the model takes");
}

describe("with the switch off", () => {
  it("the text is sent as it is", async () => {
    const world = await scoreWorld(copying(2), { turns });
    await run(score, transcribed, { ...world, ...bySettings(false) });
    const [request] = world.model.requests;
    for (const [n, line] of lines.entries())
      expect(lineOf(request as LlmRequest, n)).toBe(line.replace("К: ", ""));
    expect((await readScorecard(world)).verdicts[1]?.evidence[0]?.quote).toBe(lines[2]);
  });

  it("a token in the answer is text like any other", async () => {
    const answer = answerWith({ needs: verdict("not_met"), "next-step": verdict("not_met") });
    const world = await scoreWorld([jsonAnswer({ ...answer, summary: "Звонить на [ТЕЛЕФОН_1]." })], {
      turns,
    });
    await run(score, transcribed, { ...world, ...bySettings(false) });
    expect(await readScorecard(world)).toMatchObject({ summary: "Звонить на [ТЕЛЕФОН_1]." });
  });
});
