import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConfigurationError, PermanentError, RetryLaterError, VendorError } from "../../../core/errors.ts";
import { LabelledCall } from "../../../core/labelled-call.ts";
import type { LlmAnswer, LlmRequest } from "../../../core/ports/llm.ts";
import { type EvaluateOptions, type EvaluateWith, evaluate } from "../../../local/cli/evaluate.ts";
import { asMarkdown, asText } from "../../../local/cli/evaluate-print.ts";
import { jsonAnswer, type LlmScript, scriptedLlm } from "../../fakes/llm.ts";
import { answerWith, verdict } from "../../functions/score/score-world.ts";

const sample = join(import.meta.dirname, "labelled-sample");
const checklist = join(sample, "checklists", "sample.json");
const options: EvaluateOptions = { labelled: join(sample, "calls"), checklist: [checklist] };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cqa-evaluate-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Agrees about `asks-first`, takes a name for a question and a stop phrase for rudeness in the second, and cannot decide in the third. */
function misreading({ input }: LlmRequest): LlmAnswer {
  const quoted = (turn: number, quote: string) => [{ turn, speaker: "agent", quote }];
  if (input.includes("проёма"))
    return jsonAnswer(
      answerWith({ needs: verdict("met", quoted(2, "Какой у вас размер проёма?")), rude: verdict("met") }),
    );
  if (input.includes("Иван"))
    return jsonAnswer(
      answerWith({
        needs: verdict("met", quoted(0, "это Иван")),
        rude: verdict("not_met", quoted(2, "Вы не поняли")),
      }),
    );
  return jsonAnswer(answerWith({ needs: verdict("uncertain"), rude: verdict("met") }));
}

function portsWith(script: LlmScript | null) {
  const waits: number[] = [];
  const lines: string[] = [];
  const llm = script === null ? null : scriptedLlm(script);
  const ports: EvaluateWith = {
    llm,
    callTypes: ["first-sale"],
    wait: async (sec) => void waits.push(sec),
    progress: (line) => void lines.push(line),
  };
  return { ports, waits, lines, llm };
}

/** Copies of the sample's first call, some labelled against what is heard in it. */
async function writeCalls(count: number, labelledOtherwise: number): Promise<void> {
  const text = await readFile(join(sample, "calls", "sample", "asks-first.json"), "utf8");
  for (let n = 0; n < count; n++) {
    const call = LabelledCall.parse(JSON.parse(text));
    if (n < labelledOtherwise) call.labels.listens = { verdict: "not_met", turn: null };
    await writeFile(join(folder, `call-${n}.json`), JSON.stringify(call));
  }
}

describe("the evaluation", () => {
  it("has the figures that were computed by hand", async () => {
    const report = await evaluate(options, portsWith(misreading).ports);
    const figures = (rows: { name: string; n: number; exact: number | null; kappa: number | null }[]) =>
      Object.fromEntries(rows.map(({ name, n, exact, kappa }) => [name, { n, exact, kappa }]));
    expect(figures(report.checklists[0]!.criteria)).toEqual({
      greeting: { n: 3, exact: 2 / 3, kappa: 0 },
      "stop-phrases": { n: 3, exact: 1, kappa: 1 },
      // Labels met, not_met, not_met; verdicts met, met, uncertain: (1·3 - 1·2) / (9 - 1·2).
      needs: { n: 3, exact: 1 / 3, kappa: 1 / 7 },
      rude: { n: 3, exact: 2 / 3, kappa: 0 },
      listens: { n: 3, exact: 1, kappa: 1 },
    });
    // Labels 11 met, 4 not_met; verdicts 10 met, 4 not_met, 1 uncertain; chance is 11·10 + 4·4 = 126 of 225.
    expect(figures(report.overall).all).toEqual({
      n: 15,
      exact: 11 / 15,
      kappa: (11 * 15 - 126) / (225 - 126),
    });
    expect(report.overall.at(-1)?.uncertain).toBeCloseTo(1 / 15, 12);
    expect(report.quotes).toEqual({ n: 6, share: 1, refuted: [] });
  });

  it("says what the model was asked and shares its tokens out among its criteria", async () => {
    const report = await evaluate(options, portsWith(misreading).ports);
    expect(report.model).toEqual({
      name: "scripted-1",
      requests: 3,
      promptTokens: 3 * 1830,
      cachedTokens: 3 * 1024,
      completionTokens: 3 * 410,
    });
    const tokens = report.checklists[0]!.criteria.map((row) => [row.name, row.tokens]);
    expect(Object.fromEntries(tokens)).toMatchObject({ greeting: 0, needs: 1120, rude: 1120, listens: 0 });
  });

  it("puts a false automatic failure first, and a verdict that does not decide last", async () => {
    const { disagreements } = await evaluate(options, portsWith(misreading).ports);
    expect(disagreements.map(({ criterion, call }) => `${criterion} of ${call}`)).toEqual([
      "rude of sample/greets-otherwise",
      "greeting of sample/greets-otherwise",
      "needs of sample/greets-otherwise",
      "needs of sample/lists-goods",
    ]);
    expect(disagreements[0]).toMatchObject({ verdict: "not_met", quote: "Вы не поняли" });
    expect(disagreements[1]).toMatchObject({ quote: null, labelledText: "Приветствую вас, это Иван." });
  });

  it("leaves semantic criteria out of every figure without a model, and says so", async () => {
    const report = await evaluate(options, portsWith(null).ports);
    expect(report.checklists[0]?.criteria.map((row) => row.name)).toEqual([
      "greeting",
      "stop-phrases",
      "listens",
    ]);
    expect(report.overall.at(-1)).toMatchObject({ n: 9, exact: 8 / 9, kappa: 24 / 33 });
    expect(asText(report)).toContain(
      "No model is configured, so semantic criteria are not in these figures.",
    );
  });

  it("judges one check alone, and asks no model for rules", async () => {
    const { ports, llm } = portsWith(misreading);
    const report = await evaluate({ ...options, only: "keyword" }, ports);
    expect(report.overall.map((row) => [row.name, row.n])).toEqual([
      ["all keyword", 6],
      ["all", 6],
    ]);
    expect(llm?.requests).toEqual([]);
  });

  it("says what to set when only a model could judge and there is none", async () => {
    const ended = evaluate({ ...options, only: "semantic" }, portsWith(null).ports);
    await expect(ended).rejects.toThrow(/LLM_BASE_URL, LLM_API_KEY and LLM_MODEL/);
  });

  it("shows progress call by call", async () => {
    const { ports, lines } = portsWith(misreading);
    await evaluate(options, ports);
    expect(lines.map((line) => line.replace(/, [\d.]+ s$/, ""))).toEqual([
      "[1/3] sample/asks-first: 5 of 5 as labelled",
      "[2/3] sample/greets-otherwise: 2 of 5 as labelled",
      "[3/3] sample/lists-goods: 4 of 5 as labelled",
    ]);
  });

  it("waits for a busy model as long as it asks, and judges every call", async () => {
    const { ports, waits } = portsWith([
      new RetryLaterError("llm.rate_limited", 7, "busy"),
      ...["проёма", "Иван", ""].map((input) => misreading({ input } as LlmRequest)),
    ]);
    const report = await evaluate(options, ports);
    expect(waits).toEqual([7]);
    expect(report.overall.at(-1)?.n).toBe(15);
    expect(report.notJudged).toEqual([]);
  });

  it("names the calls that the model could not judge, and goes on with the others", async () => {
    const down = new VendorError("llm.timeout", "no answer");
    const { ports, waits } = portsWith([
      down,
      down,
      down,
      down,
      new PermanentError("llm.input_too_long", "too long"),
      misreading({ input: "" } as LlmRequest),
    ]);
    const report = await evaluate(options, ports);
    expect(waits).toHaveLength(3);
    expect(report.notJudged).toEqual([
      { call: "sample/asks-first", check: "semantic", code: "llm.timeout" },
      { call: "sample/greets-otherwise", check: "semantic", code: "llm.input_too_long" },
    ]);
    expect(report.overall.at(-1)?.n).toBe(11);
  });

  it("stops at once for a refused key", async () => {
    const refused = new ConfigurationError("llm.unauthorized", "check LLM_API_KEY");
    await expect(evaluate(options, portsWith([refused]).ports)).rejects.toBe(refused);
  });

  it("holds the least κ against all, and against criteria with at least five judgements", async () => {
    await writeCalls(4, 1);
    const four = await evaluate({ ...options, labelled: folder, minKappa: 0.5 }, portsWith(null).ports);
    expect(four.gate?.under).toEqual(["all: κ 0.000, n 12"]);
    await writeCalls(5, 1);
    const five = await evaluate({ ...options, labelled: folder, minKappa: 0 }, portsWith(null).ports);
    expect(five.gate?.under).toEqual([]);
    const strict = await evaluate({ ...options, labelled: folder, minKappa: 0.5 }, portsWith(null).ports);
    expect(strict.gate?.under).toEqual(["sample (ru) listens: κ 0.000, n 5", "all: κ 0.000, n 15"]);
  });
});

describe("the labelled calls", () => {
  it("are refused with every mistake of every file at once", async () => {
    await writeCalls(1, 0);
    const call = JSON.parse(await readFile(join(folder, "call-0.json"), "utf8"));
    await writeFile(join(folder, "a.json"), "{");
    await writeFile(join(folder, "b.json"), JSON.stringify({ ...call, turns: [{ speaker: "agent" }] }));
    await writeFile(
      join(folder, "c.json"),
      JSON.stringify({ ...call, labels: { greeting: call.labels.greeting } }),
    );
    const error = await evaluate({ ...options, labelled: folder }, portsWith(null).ports).catch((e) => e);
    expect(error).toBeInstanceOf(ConfigurationError);
    for (const part of ["a.json: ", "b.json: turns[0].text: ", "c.json: labels.rude: has no label"])
      expect(error.message).toContain(part);
  });

  it("for other checklists are left out by name", async () => {
    await writeCalls(2, 0);
    const call = JSON.parse(await readFile(join(folder, "call-0.json"), "utf8"));
    await mkdir(join(folder, "other"));
    await writeFile(join(folder, "other", "one.json"), JSON.stringify({ ...call, checklist: "other" }));
    const report = await evaluate({ ...options, labelled: folder }, portsWith(null).ports);
    expect(report.remarks).toContain("Left out, for another checklist: other/one.");
    expect(report.checklists.map(({ id, calls }) => [id, calls])).toEqual([["sample", 2]]);
  });

  it("show in Markdown as they were said", async () => {
    const text = await readFile(join(sample, "calls", "sample", "greets-otherwise.json"), "utf8");
    await writeFile(join(folder, "one.json"), text.replace("это Иван", "это <b>|Иван"));
    const report = await evaluate({ ...options, labelled: folder }, portsWith(null).ports);
    expect(asMarkdown(report)).toContain("это \\<b\\>\\|Иван");
  });
});
