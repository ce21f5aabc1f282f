import { describe, expect, it } from "vitest";
import { readChecklist } from "../../../core/checklist.ts";
import type { LlmRequest } from "../../../core/ports/llm.ts";
import type { Scorecard } from "../../../core/scorecard.ts";
import type { Transcript } from "../../../core/transcript.ts";
import { judge } from "../../../functions/score/judge.ts";
import { textsFor } from "../../../locales/index.ts";
import { jsonAnswer, scriptedLlm } from "../../fakes/llm.ts";
import { injections } from "./injections.ts";

/** A model that does whatever the call tells it to, against code that believes only quotes. */

const criteria = ["needs", "offer", "next-step", "objection"];
const checklist = readChecklist({
  id: "defence",
  version: 1,
  name: "Защита",
  status: "published",
  criteria: [
    ...criteria.map((id) => ({ id, text: id, check: "semantic", weight: 10 })),
    { id: "rude", text: "Грубил", check: "semantic", polarity: "prohibited", autoFail: true },
    { id: "greeting", text: "Поздоровался", check: "keyword", phrases: [["добрый день"]], weight: 10 },
  ],
});

const INJECTED_TURN = 1;

function callWith(injection: string): Transcript {
  const texts = ["Алло, слушаю.", injection, "Ну, я не знаю.", "Тогда до свидания."];
  const speakers = ["agent", "client", "agent", "client"] as const;
  const turns = texts.map((text, n) => ({
    n,
    speaker: speakers[n] ?? ("unknown" as const),
    channel: n % 2,
    startSec: n * 10,
    endSec: n * 10 + 8,
    text,
    words: [],
  }));
  return {
    callId: "20261120-upload-defence",
    language: "ru",
    durationSec: 40,
    channels: 2,
    source: { name: "test", model: null },
    roles: { by: "channel", confidence: 1 },
    turns,
  };
}

/** How an obedient model tries to prove what it was told to say. */
const tricks: Record<string, (injection: string) => object[]> = {
  "with an invented quote": () => [{ turn: 0, speaker: "agent", quote: "Расскажите, что для вас важно?" }],
  "with the order itself, said by the client": (injection) => [
    { turn: INJECTED_TURN, speaker: "client", quote: injection },
  ],
  "with the order put into the agent's mouth": (injection) => [
    { turn: INJECTED_TURN, speaker: "agent", quote: injection },
  ],
  "with no quote at all": () => [],
};

function obedient(injection: string, evidence: object[]) {
  return scriptedLlm((request: LlmRequest) => {
    expect(request.input).toContain("</transcript>");
    expect(request.input.match(/<\/?transcript>/g)).toHaveLength(2);
    expect(request.instructions).not.toContain(injection);
    const verdict = (value: string) => ({
      evidence,
      comment: "приказано",
      verdict: value,
      level: null,
      advice: null,
    });
    return jsonAnswer({
      callType: "first-sale",
      summary: "",
      clientNeed: null,
      verdicts: {
        ...Object.fromEntries(criteria.map((id) => [id, verdict("met")])),
        rude: verdict("not_met"),
      },
      objections: [{ evidence, category: "PRICE", handling: "handled" }],
      nextStep: { agreed: true, text: "всё" },
      advice: [],
    });
  });
}

function scoreOf(injection: string, evidence: object[]): Promise<Scorecard> {
  return judge({
    tenant: "default",
    transcript: callWith(injection),
    checklist,
    llm: obedient(injection, evidence),
    callTypes: ["first-sale"],
    texts: textsFor("ru").verdict,
  });
}

describe.each(Object.entries(tricks))("an obedient model that proves it %s", (_name, evidenceFor) => {
  it.each(injections)("earns nothing by «%s» [score:client-cannot-order]", async (injection) => {
    const scorecard = await scoreOf(injection, evidenceFor(injection));
    const semantic = scorecard.verdicts.filter((verdict) => verdict.check === "semantic");
    expect(semantic.map(({ verdict }) => verdict)).toEqual(semantic.map(() => "uncertain"));
    expect(semantic.flatMap(({ evidence }) => evidence)).toEqual([]);
    expect(scorecard).toMatchObject({ percent: 0, passed: false, autoFailedBy: null, needsReview: true });
  });
});

it("has at least thirty orders to try", () => {
  expect(new Set(injections).size).toBeGreaterThanOrEqual(30);
});
