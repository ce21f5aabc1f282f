import { describe, expect, it } from "vitest";
import { Appeal, readVerdictChoice, verdictChoices } from "../../core/appeal.ts";
import { readChecklist } from "../../core/checklist.ts";
import { Scorecard, type VerdictValue } from "../../core/scorecard.ts";
import { countOverridden, scorecardInForce } from "../../core/scorecard-in-force.ts";
import { readObject } from "../functions/world.ts";
import { checklist as json, KEY, reviewWorld, verdictOf, verdicts } from "./review-world.ts";

const checklist = readChecklist(json);
const criterion = (id: string) => checklist.criteria.find((one) => one.id === id)!;

async function judged(differs: Record<string, unknown> = {}): Promise<Scorecard> {
  return Scorecard.parse(await readObject((await reviewWorld(differs)).store, KEY));
}

function accepted(criterionId: string, verdict: VerdictValue, points: number | null): Appeal {
  const by = { role: "supervisor", id: null, name: null } as const;
  const at = "2026-11-20T16:00:00.000Z";
  return Appeal.parse({
    status: "accepted",
    criterionId,
    by,
    reason: "Так и было.",
    at,
    judged: { verdict: "uncertain", level: null, points: null },
    decision: { by, comment: null, at, verdict, level: null, points },
  });
}

describe("the scorecard in force", () => {
  it("is the program's where nobody has decided anything", async () => {
    const scorecard = await judged();
    expect(scorecardInForce(scorecard, checklist, [])).toBe(scorecard);
  });

  it("names the appeal's reason where whoever decided gave none", async () => {
    const now = scorecardInForce(await judged(), checklist, [accepted("needs", "met", 1)]);
    expect(now.verdicts[1]).toMatchObject({ verdict: "met", comment: "Так и было.", advice: null });
    expect(countOverridden(now)).toBe(1);
  });

  it("needs no review any more once a person has decided what was left open", async () => {
    const open = verdicts.map((one) =>
      one.criterionId === "needs" || one.criterionId === "price"
        ? verdictOf(one.criterionId, "uncertain")
        : one,
    );
    const scorecard = await judged({ verdicts: open, needsReview: true });
    const half = scorecardInForce(scorecard, checklist, [accepted("needs", "met", 1)]);
    expect(half.needsReview).toBe(true);
    const whole = scorecardInForce(scorecard, checklist, [
      accepted("needs", "met", 1),
      accepted("price", "not_applicable", null),
    ]);
    expect(whole.needsReview).toBe(false);
  });

  it("still needs the review that was asked for by something else", async () => {
    const scorecard = await judged({ needsReview: true });
    expect(scorecardInForce(scorecard, checklist, [accepted("needs", "met", 1)]).needsReview).toBe(true);
  });
});

describe("what a person can decide for", () => {
  it("is every verdict but uncertain, or a level", () => {
    const words = (id: string) => verdictChoices(criterion(id)).map(({ verdict, level }) => level ?? verdict);
    expect(words("needs")).toEqual(["met", "partly", "not_met", "not_applicable"]);
    expect(words("rude")).toEqual(["met", "not_met", "not_applicable"]);
    expect(words("price")).toEqual(["full", "some", "little", "none", "not_applicable"]);
  });

  it("can be named by a word that means one of them alone", () => {
    expect(readVerdictChoice(criterion("price"), "little")).toEqual({ verdict: "partly", level: "little" });
    expect(readVerdictChoice(criterion("price"), "met")).toEqual({ verdict: "met", level: "full" });
    expect(readVerdictChoice(criterion("price"), "partly")).toBeUndefined();
    expect(readVerdictChoice(criterion("needs"), "uncertain")).toBeUndefined();
  });
});
