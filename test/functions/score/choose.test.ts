import { describe, expect, it } from "vitest";
import { Checklist } from "../../../core/checklist.ts";
import { VendorError } from "../../../core/errors.ts";
import type { LlmAnswer } from "../../../core/ports/llm.ts";
import { defaultSettings } from "../../../core/settings.ts";
import { chooseChecklist } from "../../../functions/score/choose.ts";
import { score } from "../../../functions/score/stage.ts";
import { turnsFrom } from "../../core/score/transcripts.ts";
import { jsonAnswer, scriptedLlm, scriptedUsage } from "../../fakes/llm.ts";
import { callJson } from "../report/report-world.ts";
import { run } from "../world.ts";
import {
  answerWith,
  CALL_ID,
  checklistJson,
  readScorecard,
  scoreWorld,
  transcribed,
  transcriptOf,
  verdict,
} from "./score-world.ts";

/** Which checklist a call is judged by, and what is asked to know it. */

const list = (id: string, callTypes: string[], differs: Record<string, unknown> = {}) =>
  Checklist.parse(checklistJson({ id, appliesTo: { callTypes }, ...differs }));

const sale = list("first-sale", ["first-sale"]);
const support = list("support", ["support"]);
const anyKind = list("any", []);

const unclearWords = turnsFrom(
  "Добрый день, «Север-Окна».",
  "К: Здравствуйте, я по поводу окна.",
  "Слушаю вас.",
);
const supportWords = turnsFrom("Служба поддержки.", "К: Ручка не работает.", "Номер заявки подскажите?");

const says = (callType: string, quote = "я по поводу окна", turn = 1): LlmAnswer =>
  jsonAnswer({ evidence: { turn, quote }, callType });

async function choose(
  checklists: Checklist[],
  { script = [] as readonly (LlmAnswer | Error)[], turns = unclearWords, hasModel = true, broken = 0 } = {},
) {
  const model = scriptedLlm(script);
  const choice = await chooseChecklist({
    known: { checklists, broken },
    call: callJson(CALL_ID),
    transcript: transcriptOf(turns),
    settings: defaultSettings,
    llm: hasModel ? model : null,
  }).then(
    ({ checklist, callType }) => [checklist.id, callType],
    (error: { code?: string }) => error.code,
  );
  return { choice, asked: model.requests.length };
}

describe("the kind of call", () => {
  it("is told by the words where they decide, and nobody is asked", async () => {
    expect(await choose([sale, support, anyKind], { turns: supportWords })).toEqual({
      choice: ["support", "support"],
      asked: 0,
    });
  });

  it("is told by the model, with a quote that stands in the call, where the words do not decide", async () => {
    const asked = { script: [says("support")] };
    expect(await choose([sale, support], asked)).toEqual({ choice: ["support", "support"], asked: 1 });
  });

  it.each<[string, LlmAnswer]>([
    ["an invented quote", says("support", "у меня сломалась ручка")],
    ["a quote from another turn", says("support", "я по поводу окна", 0)],
    ["no quote", jsonAnswer({ callType: "support" })],
    ["a kind that the company does not have", says("delivery")],
    ["that it is unclear", says("unclear")],
    ["something else", jsonAnswer(["support"])],
    ["a refusal", { kind: "refused", usage: scriptedUsage }],
    ["half an answer", { kind: "cut", usage: scriptedUsage }],
    ["no JSON", { kind: "unreadable", usage: scriptedUsage }],
  ])(
    "is not taken from %s: a person has to look, or the checklist for any kind is used",
    async (_what, answer) => {
      expect(await choose([sale, support], { script: [answer] })).toEqual({
        choice: "call.type_unclear",
        asked: 1,
      });
      expect(await choose([sale, support, anyKind], { script: [answer] })).toEqual({
        choice: ["any", null],
        asked: 1,
      });
    },
  );

  it("is unclear without a model, or falls to the checklist for any kind", async () => {
    expect((await choose([sale, support], { hasModel: false })).choice).toBe("call.type_unclear");
    expect((await choose([sale, support, anyKind], { hasModel: false })).choice).toEqual(["any", null]);
  });

  it("for which there is no checklist leaves the call without one", async () => {
    expect(await choose([sale, support], { script: [says("booking")] })).toEqual({
      choice: "checklist.none",
      asked: 1,
    });
    expect((await choose([sale], { turns: supportWords })).choice).toBe("checklist.none");
    expect((await choose([sale], { turns: supportWords, broken: 1 })).choice).toBe("checklist.invalid");
  });

  it("for which there is no checklist falls to the one for any kind", async () => {
    expect((await choose([sale, support, anyKind], { script: [says("booking")] })).choice).toEqual([
      "any",
      "booking",
    ]);
    expect((await choose([sale, anyKind], { turns: supportWords })).choice).toEqual(["any", "support"]);
  });

  it("is not guessed while the model cannot be reached", async () => {
    const down = { script: [new VendorError("llm.unavailable", "down")] };
    expect((await choose([sale, support, anyKind], down)).choice).toBe("llm.unavailable");
  });
});

describe("nobody is asked for the kind", () => {
  it.each<[string, Checklist[], string]>([
    ["with one checklist", [sale], "first-sale"],
    ["with one for any kind", [anyKind], "any"],
    ["with two for the same kinds", [sale, list("another", ["first-sale"])], "another"],
    [
      "with two for the same kinds in another order",
      [list("b", ["support", "booking"]), list("a", ["booking", "support"])],
      "a",
    ],
    ["with a draft beside it", [sale, list("draft", ["support"], { status: "draft" })], "first-sale"],
    [
      "with one for another direction beside it",
      [
        list("out", ["first-sale"]),
        list("in", [], { appliesTo: { callTypes: ["support"], directions: ["incoming"] } }),
      ],
      "out",
    ],
    [
      "with one for long calls beside it",
      [sale, list("long", [], { appliesTo: { callTypes: ["support"], minDurationSec: 600 } })],
      "first-sale",
    ],
  ])("%s", async (_what, checklists, id) => {
    expect(await choose(checklists)).toEqual({ choice: [id, null], asked: 0 });
  });

  it("where no checklist is for the call at all", async () => {
    expect(await choose([])).toEqual({ choice: "checklist.missing", asked: 0 });
    expect(await choose([], { broken: 2 })).toEqual({ choice: "checklist.invalid", asked: 0 });
  });
});

it("never chooses a draft, whatever the kind", async () => {
  const draft = list("support", ["support"], { status: "draft" });
  expect((await choose([draft], { turns: supportWords })).choice).toBe("checklist.missing");
  expect((await choose([draft, anyKind], { turns: supportWords })).choice).toEqual(["any", "support"]);
});

describe("the stage", () => {
  const two = [
    checklistJson({ appliesTo: { callTypes: ["first-sale"] } }),
    checklistJson({ id: "support", appliesTo: { callTypes: ["support"] } }),
  ];
  const judged = jsonAnswer({
    ...answerWith({ needs: verdict("not_met"), "next-step": verdict("not_met") }),
    callType: "first-sale",
  });

  const spoken = unclearWords.map((turn) => ({ ...turn, startSec: turn.n * 12, endSec: turn.n * 12 + 10 }));

  it("scores by the checklist of the kind that was told, whatever the scoring answer says of the kind", async () => {
    const world = await scoreWorld([says("support"), judged], { turns: spoken, checklists: two });
    await run(score, transcribed, world);
    expect(await readScorecard(world, "support@1")).toMatchObject({
      callType: "support",
      needsReview: false,
    });
    expect(world.model.requests).toHaveLength(2);
  });

  it("ends with an outcome that a person sees when the kind is unclear, and pays for no scoring", async () => {
    const world = await scoreWorld([says("unclear")], { turns: spoken, checklists: two });
    expect(await run(score, transcribed, world)).toMatchObject([{ code: "call.type_unclear" }]);
    expect(world.model.requests).toHaveLength(1);
  });
});
