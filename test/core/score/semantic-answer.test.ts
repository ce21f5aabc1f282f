import { describe, expect, it } from "vitest";
import { readAnswer } from "../../../core/score/semantic-answer.ts";
import { criterion, invented, levels, said, turns } from "./model-answers.ts";
import { readLines } from "./transcripts.ts";

/** What becomes of one verdict: its value, or why it is refused. */
function read(claimed: unknown, of = criterion()) {
  const reading = readAnswer({ verdicts: { [of.id]: claimed } }, [of], turns)!;
  expect(reading.accepted.size + reading.refused.size).toBe(1);
  return reading.accepted.get(of.id) ?? reading.refused.get(of.id);
}

it("a verdict keeps its quote with the seconds, and its points", () => {
  expect(
    read({ evidence: [said], comment: "Спросил имя.", verdict: "met", level: null, advice: null }),
  ).toEqual({
    criterionId: "needs",
    check: "semantic",
    verdict: "met",
    level: null,
    points: 1,
    weight: 1,
    evidence: [{ turn: 0, speaker: "agent", startSec: 1, endSec: 3.5, quote: "Как могу к вам обращаться?" }],
    comment: "Спросил имя.",
    advice: null,
  });
});

describe("a quote", () => {
  it.each<[string, unknown]>([
    ["that was not said", invented],
    ["that stands in another turn", { ...said, turn: 2 }],
    ["in a turn that is not there", { ...said, turn: 99 }],
    ["of the other speaker", { ...said, speaker: "client" }],
    ["joined of two turns", { ...said, quote: "обращаться Ольга" }],
    ["that was corrected", { ...said, quote: "Как я могу к вам обращаться?" }],
    ["without words", { ...said, quote: "…" }],
    ["that is empty", { ...said, quote: "" }],
  ])("%s is refused", (_name, claim) => {
    expect(read({ evidence: [claim], verdict: "met" })).toBe("quote_refused");
    expect(read({ evidence: [said, claim], verdict: "partly" })).toBe("quote_refused");
    expect(read({ evidence: [claim], verdict: "not_met" })).toBe("quote_refused");
  });

  it("without a speaker is the turn's own", () => {
    expect(read({ evidence: [{ turn: 0, quote: said.quote }], verdict: "met" })).toMatchObject({
      evidence: [{ speaker: "agent" }],
    });
  });

  it.each(["met", "partly"])("is needed for %s", (verdict) => {
    expect(read({ evidence: [], verdict })).toBe("quote_refused");
    expect(read({ verdict })).toBe("quote_refused");
    expect(read({ evidence: null, verdict })).toBe("quote_refused");
  });

  it.each(["not_met", "not_applicable", "uncertain"])("is not needed for %s", (verdict) => {
    expect(read({ evidence: [], verdict })).toMatchObject({ verdict, evidence: [] });
  });

  it("does not stand under an absence", () => {
    expect(read({ evidence: [said], verdict: "not_met" })).toMatchObject({ points: 0, evidence: [] });
  });

  it("says why a criterion does not apply", () => {
    expect(read({ evidence: [said], verdict: "not_applicable" })).toMatchObject({
      points: null,
      evidence: [{ quote: said.quote }],
    });
  });

  describe("must be by the side that the criterion is about", () => {
    const client = { turn: 1, speaker: "client", quote: "дорого" };

    it("which is the agent, where nothing else is named", () => {
      expect(read({ evidence: [client], verdict: "met" })).toBe("quote_refused");
      expect(read({ evidence: [client, said], verdict: "met" })).toMatchObject({ verdict: "met" });
    });

    it("or the client, or any", () => {
      const clients = criterion({ speaker: "client" });
      expect(read({ evidence: [client], verdict: "met" }, clients)).toMatchObject({ verdict: "met" });
      expect(read({ evidence: [said], verdict: "met" }, clients)).toBe("quote_refused");
      const any = criterion({ speaker: "any" });
      expect(read({ evidence: [client], verdict: "met" }, any)).toMatchObject({ verdict: "met" });
    });

    it("and words of nobody known may prove a duty done, but no violation", () => {
      const unknown = readLines({ speaker: "unknown", text: "Не морочьте мне голову." });
      const evidence = [{ turn: 0, speaker: "unknown", quote: "Не морочьте мне голову" }];
      const duty = readAnswer({ verdicts: { needs: { evidence, verdict: "met" } } }, [criterion()], unknown);
      expect(duty?.accepted.get("needs")).toMatchObject({ verdict: "met" });
      const rude = criterion({ polarity: "prohibited" });
      const violation = readAnswer(
        { verdicts: { needs: { evidence, verdict: "not_met" } } },
        [rude],
        unknown,
      );
      expect(violation?.refused.get("needs")).toBe("quote_refused");
    });
  });
});

describe("a prohibited criterion", () => {
  const rude = criterion({ id: "rude", polarity: "prohibited", autoFail: true });
  const violation = { turn: 2, speaker: "agent", quote: "Не морочьте мне голову." };

  it("that was heard carries its quote", () => {
    expect(read({ evidence: [violation], verdict: "not_met" }, rude)).toMatchObject({
      verdict: "not_met",
      points: 0,
      weight: 0,
      evidence: [{ turn: 2, quote: "Не морочьте мне голову." }],
    });
  });

  it("is never heard without a quote, nor by the client's words", () => {
    expect(read({ evidence: [], verdict: "not_met" }, rude)).toBe("quote_refused");
    expect(read({ evidence: [], verdict: "partly" }, rude)).toBe("quote_refused");
    expect(
      read({ evidence: [{ turn: 1, speaker: "client", quote: "дорого" }], verdict: "not_met" }, rude),
    ).toBe("quote_refused");
  });

  it("that was not heard needs no quote", () => {
    expect(read({ evidence: [], verdict: "met" }, rude)).toMatchObject({ verdict: "met", points: 1 });
  });
});

describe("levels", () => {
  const graded = criterion({ levels });

  it.each([
    ["met", "full", "full", 1],
    ["met", null, "full", 1],
    ["met", undefined, "full", 1],
    ["partly", "more", "more", 0.7],
    ["partly", "less", "less", 0.3],
    ["not_met", "none", "none", 0],
    ["not_met", null, "none", 0],
    ["not_applicable", null, null, null],
    ["not_applicable", "full", null, null],
    ["uncertain", "more", null, null],
  ])("%s with %s is %s, %s points", (verdict, named, level, points) => {
    expect(read({ evidence: [said], verdict, level: named }, graded)).toMatchObject({
      verdict,
      level,
      points,
    });
  });

  it.each([
    ["contradict the verdict", "met", "none"],
    ["contradict the verdict the other way", "not_met", "full"],
    ["are more than the verdict", "partly", "full"],
    ["are not in the checklist", "met", "excellent"],
    ["could be two", "partly", null],
    ["are a key of every object", "met", "constructor"],
  ])("that %s are no answer", (_name, verdict, level) => {
    expect(read({ evidence: [said], verdict, level }, graded)).toBe("incomplete");
  });

  it("of a criterion without levels are left aside", () => {
    expect(read({ evidence: [said], verdict: "met", level: "full" })).toMatchObject({
      level: null,
      points: 1,
    });
  });
});

describe("a missing or broken verdict is asked again", () => {
  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a word", "met"],
    ["a number", 1],
    ["a list", []],
    ["no verdict in it", { evidence: [said] }],
    ["a verdict that is none", { evidence: [said], verdict: "excellent" }],
    ["a verdict in Russian", { evidence: [said], verdict: "выполнено" }],
    ["evidence that is a string", { evidence: "Как могу", verdict: "met" }],
    ["a turn that is no number", { evidence: [{ ...said, turn: "0" }], verdict: "met" }],
    ["a turn that is no whole number", { evidence: [{ ...said, turn: 0.5 }], verdict: "met" }],
    ["a speaker that is none", { evidence: [{ ...said, speaker: "manager" }], verdict: "met" }],
    ["a quote that is null", { evidence: [{ ...said, quote: null }], verdict: "met" }],
    ["a comment that is a number", { evidence: [said], verdict: "met", comment: 5 }],
  ])("%s", (_name, claimed) => {
    expect(read(claimed)).toBe("incomplete");
  });

  it.each(["constructor", "toString", "hasOwnProperty", "__proto__", "valueOf"])(
    "also for a criterion named %s",
    (id) => {
      expect(read(undefined, criterion({ id }))).toBe("incomplete");
      const reading = readAnswer({ verdicts: {} }, [criterion({ id })], turns);
      expect([...reading!.refused]).toEqual([[id, "incomplete"]]);
    },
  );

  it("and verdicts on criteria that were not asked about are left aside", () => {
    const reading = readAnswer(
      { verdicts: { needs: { evidence: [said], verdict: "met" }, other: { verdict: "met" } } },
      [criterion()],
      turns,
    );
    expect([...reading!.accepted.keys()]).toEqual(["needs"]);
    expect(reading!.refused.size).toBe(0);
  });
});
