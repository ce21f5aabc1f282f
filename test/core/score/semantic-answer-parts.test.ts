import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAnswer } from "../../../core/score/semantic-answer.ts";
import { criterion, invented, levels, said, turns } from "./model-answers.ts";

describe("verdicts as a list, as services without strict schemas write them", () => {
  const met = { criterionId: "needs", evidence: [said], verdict: "met" };
  const list = (...verdicts: unknown[]) => readAnswer({ verdicts }, [criterion()], turns)!;

  it("are read by their criterion, broken ones aside", () => {
    expect(list(null, 5, { verdict: "met" }, met).accepted.get("needs")).toMatchObject({ verdict: "met" });
  });

  it("that judge a criterion twice are no answer", () => {
    expect([...list(met, { ...met, verdict: "not_met" }).refused]).toEqual([["needs", "incomplete"]]);
  });
});

describe("the rest of the answer", () => {
  const advice = {
    evidence: { turn: 1, speaker: "client", quote: "у вас дорого" },
    text: "Спросите о бюджете.",
  };
  const whole = {
    callType: "first-sale",
    summary: "Клиентка спросила об окне.",
    clientNeed: "Окно",
    verdicts: { needs: { evidence: [said], verdict: "met" } },
    objections: [
      {
        evidence: [{ turn: 1, speaker: "client", quote: "у вас дорого" }],
        category: "дорого",
        handling: "partly",
      },
    ],
    nextStep: { agreed: false, text: null },
    advice: [advice],
  };
  const good = readAnswer(whole, [criterion()], turns)!;

  it("is kept", () => {
    expect(good).toMatchObject({
      callType: "first-sale",
      summary: "Клиентка спросила об окне.",
      clientNeed: "Окно",
      nextStep: { agreed: false, text: null },
      advice: [{ text: "Спросите о бюджете.", evidence: { turn: 1, quote: "у вас дорого." } }],
    });
    expect(good.objections).toMatchObject([
      { category: "дорого", handling: "partly", evidence: [{ turn: 1, quote: "у вас дорого." }] },
    ]);
  });

  it.each<[keyof typeof whole, unknown, unknown]>([
    ["callType", 5, null],
    ["summary", ["text"], null],
    ["summary", "", null],
    ["clientNeed", {}, null],
    ["objections", "дорого", []],
    ["objections", [5, null, { category: "дорого" }], []],
    ["objections", [{ ...whole.objections[0], evidence: [] }], []],
    ["objections", [{ ...whole.objections[0], evidence: [invented] }], []],
    ["objections", [{ ...whole.objections[0], handling: "отработано" }], []],
    ["nextStep", "созвонимся", null],
    ["nextStep", { agreed: "yes" }, null],
    ["advice", "Спросите", []],
    ["advice", ["Спросите о бюджете.", 5, "", null], []],
    ["advice", [{ text: "Спросите о бюджете." }, { ...advice, text: " " }], []],
    ["advice", [{ ...advice, evidence: { ...advice.evidence, quote: "у вас дёшево" } }], []],
    ["verdicts", 5, undefined],
  ])("loses only %s when it is %j", (part, value, left) => {
    const reading = readAnswer({ ...whole, [part]: value }, [criterion()], turns)!;
    if (part === "verdicts") {
      expect([...reading.refused]).toEqual([["needs", "incomplete"]]);
      expect({ ...reading, accepted: null, refused: null }).toEqual({
        ...good,
        accepted: null,
        refused: null,
      });
    } else {
      expect(reading).toEqual({ ...good, [part]: left });
    }
  });

  it.each(["handled", "partly", "unhandled", "ignored"])("keeps an objection that was %s", (handling) => {
    const objections = [{ ...whole.objections[0], handling }];
    expect(readAnswer({ ...whole, objections }, [criterion()], turns)?.objections).toMatchObject([
      { handling },
    ]);
  });

  it("keeps what was agreed", () => {
    const nextStep = { agreed: true, text: "Во вторник в три" };
    expect(readAnswer({ ...whole, nextStep }, [criterion()], turns)?.nextStep).toEqual(nextStep);
    expect(readAnswer({ ...whole, nextStep: { agreed: true } }, [criterion()], turns)?.nextStep).toEqual({
      agreed: true,
      text: null,
    });
  });

  it("leaves a verdict its comment and advice, and none where the model gave none", () => {
    const read = (given: object) =>
      readAnswer(
        { verdicts: { needs: { verdict: "not_met", ...given } } },
        [criterion()],
        turns,
      )?.accepted.get("needs");
    expect(read({ comment: "Не спросил.", advice: "Что для вас важно?" })).toMatchObject({
      comment: "Не спросил.",
      advice: "Что для вас важно?",
    });
    for (const none of [{}, { comment: null, advice: null }, { comment: "", advice: "" }])
      expect(read(none)).toMatchObject({ comment: "", advice: null });
  });

  it("may be missing altogether", () => {
    expect(readAnswer({}, [criterion()], turns)).toEqual({
      callType: null,
      summary: null,
      clientNeed: null,
      objections: [],
      nextStep: null,
      advice: [],
      accepted: new Map(),
      refused: new Map([["needs", "incomplete"]]),
    });
  });
});

it.each([null, undefined, 5, "met", true, []])("%j is no answer at all", (value) => {
  expect(readAnswer(value, [criterion()], turns)).toBeUndefined();
});

describe("whatever the model answers", () => {
  const claim = fc.record(
    {
      turn: fc.oneof(fc.integer({ min: -1, max: 4 }), fc.anything()),
      speaker: fc.oneof(fc.constantFrom("agent", "client", "unknown"), fc.anything()),
      quote: fc.oneof(fc.constantFrom("дорого", "Добрый день", "обращаться Ольга", ""), fc.string()),
    },
    { requiredKeys: [] },
  );
  const verdict = fc.record(
    {
      evidence: fc.oneof(fc.array(claim, { maxLength: 3 }), fc.anything()),
      verdict: fc.oneof(
        fc.constantFrom("met", "partly", "not_met", "not_applicable", "uncertain"),
        fc.anything(),
      ),
      level: fc.oneof(fc.constantFrom("full", "more", "less", "none", null), fc.anything()),
    },
    { requiredKeys: [] },
  );
  const criteria = [
    criterion(),
    criterion({ id: "graded", levels }),
    criterion({ id: "rude", polarity: "prohibited" }),
    criterion({ id: "__proto__" }),
  ];

  it("any JSON is read without an error, and every criterion is accepted or refused", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const reading = readAnswer(value, criteria, turns);
        if (reading) expect(reading.accepted.size + reading.refused.size).toBe(criteria.length);
      }),
    );
  });

  it("what is accepted was said there by that speaker", () => {
    const verdicts = fc.record({ needs: verdict, graded: verdict, rude: verdict });
    fc.assert(
      fc.property(verdicts, (given) => {
        const { accepted, refused } = readAnswer({ verdicts: given }, criteria, turns)!;
        expect(accepted.size + refused.size).toBe(criteria.length);
        for (const { verdict, evidence, points, criterionId } of accepted.values()) {
          for (const { turn, speaker, quote } of evidence) {
            expect(turns[turn]!.text).toContain(quote);
            expect(turns[turn]!.speaker).toBe(speaker);
          }
          expect(points === null).toBe(verdict === "not_applicable" || verdict === "uncertain");
          const heard =
            criterionId === "rude"
              ? ["not_met", "partly"].includes(verdict)
              : ["met", "partly"].includes(verdict);
          if (heard) expect(evidence.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 500 },
    );
  });
});
