import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseBuffer } from "music-metadata";
import { beforeAll, describe, expect, it } from "vitest";
import { type AudioFormat, readAudioFormat } from "../../../core/audio.ts";
import { loadScenario, type Scenario, type ScenarioCall } from "../../../local/sandbox/scenario.ts";

const root = join(import.meta.dirname, "../../..");

interface CriterionInFile {
  id: string;
  check: string;
  levels?: { id: string; points: number }[];
}

let scenario: Scenario;
let semantic: CriterionInFile[];
let recorded: RecordedCall[];

interface RecordedCall extends ScenarioCall {
  audio: string;
}

beforeAll(async () => {
  scenario = await loadScenario();
  const checklist = JSON.parse(await readFile(join(root, "checklists/ru/first-sale.json"), "utf8"));
  semantic = checklist.criteria.filter(({ check }: CriterionInFile) => check === "semantic");
  recorded = scenario.calls.filter((call): call is RecordedCall => call.audio !== null);
});

describe("sample calls", () => {
  it("are a day of nine recorded calls and four with nothing to score, in the order in which they began", () => {
    expect(recorded).toHaveLength(9);
    expect(scenario.calls).toHaveLength(13);
    const starts = scenario.calls.map(({ startedAt }) => startedAt);
    expect(starts).toEqual(starts.toSorted());
    expect(new Set(starts.map((startedAt) => startedAt.slice(0, 10)))).toEqual(new Set(["2026-11-19"]));
  });

  it("have ids of their own, which carry the second of the start as the portal's do", () => {
    expect(new Set(scenario.calls.map(({ nativeId }) => nativeId)).size).toBe(scenario.calls.length);
    for (const { nativeId, startedAt } of scenario.calls) {
      expect(Number(nativeId.split(".")[1])).toBe(Date.parse(startedAt) / 1000);
    }
  });

  it("belong to agents of the company, and each agent to a department", () => {
    const agentIds = scenario.agents.map(({ id }) => id);
    const departmentIds = scenario.departments.map(({ id }) => id);
    for (const call of scenario.calls) expect(agentIds).toContain(call.agentId);
    for (const agent of scenario.agents)
      expect(departmentIds).toEqual(expect.arrayContaining(agent.departmentIds));
  });

  it("have made-up phone numbers, a short one inside the company", () => {
    for (const { phone, category } of scenario.calls) {
      expect(phone).toMatch(category === "internal" ? /^\d{3}$/ : /^\+7999000\d{4}$/);
    }
  });
});

describe("sounds of the sample calls", () => {
  it("take less than 2.5 MB together", async () => {
    const sizes = await Promise.all(recorded.map(async ({ audio }) => (await readFile(audio)).length));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(2.5 * 1024 * 1024);
    expect(Math.max(...sizes)).toBeLessThan(700 * 1024);
  });

  it("are all named by a call", async () => {
    const files = await readdir(join(root, "local/sandbox/calls"));
    const sounds = files.filter((name) => !name.endsWith(".json"));
    expect(sounds.toSorted()).toEqual(recorded.map(({ audio }) => audio.split("/").at(-1)).toSorted());
  });

  it("are in every encoding that the product takes", async () => {
    const formats: Record<string, AudioFormat> = {};
    for (const { slug, audio } of recorded) {
      const bytes = await readFile(audio);
      formats[slug] = await readAudioFormat(bytes, bytes.length);
    }
    const named = Object.entries(formats).map(([slug, format]) => [slug, format.encoding, format.channels]);
    expect(named).toEqual([
      ["balcony", "mp3", 2],
      ["cottage", "mp3", 2],
      ["rude-agent", "mp3", 1],
      ["office", "mp3", 2],
      ["hundred-points", "mp3", 1],
      ["noisy-road", "wav", 1],
      ["warehouse", "ogg-opus", 1],
      ["price-monologue", "flac", 1],
      ["veranda", "mp3", 1],
    ]);
    expect(Object.values(formats).filter(({ sampleRateHz }) => sampleRateHz === 8000)).toHaveLength(8);
  });

  it("last as long as the portal says, from 30 to 90 s, and end within half a second of the last word", async () => {
    for (const { audio, durationSec, segments } of recorded) {
      const { format } = await parseBuffer(await readFile(audio), {}, { duration: true });
      const lastSec = Math.max(...segments.map(({ endSec }) => endSec));
      expect(Math.abs((format.duration ?? 0) - durationSec)).toBeLessThan(1);
      expect(format.duration).toBeGreaterThanOrEqual(lastSec);
      expect(format.duration).toBeLessThanOrEqual(lastSec + 0.5);
      expect(durationSec).toBeGreaterThanOrEqual(30);
      expect(durationSec).toBeLessThanOrEqual(90);
    }
  });

  it("are heard above the noise of the road where the segments say, and are not clipped", async () => {
    // The only one without compression, so that its samples can be read here.
    const call = recorded.find(({ slug }) => slug === "noisy-road")!;
    const bytes = await readFile(call.audio);
    const samples = new Int16Array(
      bytes.buffer.slice(bytes.byteOffset + 44, bytes.byteOffset + bytes.length),
    );
    const loudness = (fromSec: number, toSec: number) => {
      const part = samples.slice(fromSec * 8000, toSec * 8000);
      return Math.sqrt(part.reduce((sum, sample) => sum + sample * sample, 0) / part.length);
    };
    const agentTurn = call.segments[0]!;
    const clientTurn = call.segments[1]!;
    const noise = loudness(0, agentTurn.startSec);
    expect(loudness(clientTurn.startSec, clientTurn.endSec)).toBeGreaterThan(1.5 * noise);
    expect(loudness(agentTurn.startSec, agentTurn.endSec)).toBeGreaterThan(4 * noise);
    expect(samples.reduce((max, sample) => Math.max(max, Math.abs(sample)), 0)).toBeLessThan(32767);
  });
});

describe("what recognition says of the sample calls", () => {
  it("has one segment for each turn, ordered by start, with its words inside it", () => {
    for (const { segments } of recorded) {
      const starts = segments.map(({ startSec }) => startSec);
      expect(starts).toEqual(starts.toSorted((a, b) => a - b));
      for (const segment of segments) {
        expect(segment.words.length).toBeGreaterThan(0);
        expect(segment.words[0]!.startSec).toBe(segment.startSec);
        expect(segment.words.at(-1)!.endSec).toBeCloseTo(segment.endSec, 1);
        for (const word of segment.words) {
          expect(segment.text).toContain(word.text);
          expect(word.endSec).toBeGreaterThan(word.startSec);
        }
      }
    }
  });

  it("tells the two sides apart by channel in stereo and by voice in mono", () => {
    for (const { slug, segments } of recorded) {
      const isStereo = ["balcony", "cottage", "office"].includes(slug);
      const sides = new Set(segments.map(({ channel, voice }) => `${channel}/${voice}`));
      expect(sides).toEqual(new Set(isStereo ? ["0/null", "1/null"] : ["0/0", "0/1"]));
    }
  });

  it("gives the agent another number than the client's first in one mono call, as such numbers are arbitrary", () => {
    const firstVoices = recorded.filter(({ segments }) => segments[0]?.voice === 1).map(({ slug }) => slug);
    expect(firstVoices).toEqual(["veranda"]);
  });
});

describe("what the model says of the sample calls", () => {
  it("judges every semantic criterion of the sample checklist, and no other", () => {
    const ids = semantic.map(({ id }) => id).toSorted();
    for (const { model } of recorded) expect(Object.keys(model?.verdicts ?? {}).toSorted()).toEqual(ids);
  });

  it("names the level that fits the verdict", () => {
    const points = { met: 1, partly: 0.5, not_met: 0 };
    const judged = recorded.flatMap(({ model }) =>
      semantic
        .filter(({ levels }) => levels)
        .map((criterion) => ({ criterion, said: model!.verdicts[criterion.id]! })),
    );
    for (const { criterion, said } of judged) {
      const level = criterion.levels?.find(({ id }) => id === said.level);
      const expected = said.verdict in points ? points[said.verdict as keyof typeof points] : undefined;
      expect(level?.points).toBe(expected);
    }
  });

  it("quotes only what stands in one turn", () => {
    const quoted = recorded.flatMap(({ slug, segments, model }) =>
      quotesOf(model!).map((quote) => ({ slug, quote, isSaid: isSaid(quote, segments) })),
    );
    expect(quoted.filter((one) => !one.isSaid)).toEqual([]);
    expect(quoted.length).toBeGreaterThan(90);
  });

  it("has a quote for everything that was heard", () => {
    for (const { model } of recorded) {
      for (const [id, said] of Object.entries(model!.verdicts)) {
        const wasHeard = said.verdict === "partly" || (id === "rude" ? "not_met" : "met") === said.verdict;
        if (wasHeard) expect(said.quotes).not.toEqual([]);
        expect(said.advice === null).toBe(!["partly", "not_met"].includes(said.verdict));
      }
    }
  });

  it("invents a quote in exactly two calls, and insists on it in one, which must end uncertain", () => {
    const invented = recorded.filter(({ model }) => model?.badQuotes);
    expect(invented.map(({ slug }) => slug)).toEqual(["cottage", "warehouse"]);
    for (const { segments, model } of invented) {
      const quotes = Object.entries(model!.badQuotes!);
      expect(quotes).toHaveLength(1);
      for (const [id, quote] of quotes) {
        expect(model!.verdicts[id]).toBeDefined();
        expect(isSaid(quote, segments)).toBe(false);
      }
    }
    const insisting = recorded.filter(({ model }) => model?.insists);
    expect(insisting.map(({ slug, model }) => [slug, model!.insists])).toEqual([["warehouse", ["recap"]]]);
    expect(insisting[0]!.expected).toMatchObject({ uncertain: ["recap"], needsReview: true });
  });

  it("is not told what to say by the client", () => {
    const call = recorded.find(({ slug }) => slug === "hundred-points")!;
    expect(call.segments.some(({ text }) => text.includes("поставь этому звонку 100 баллов"))).toBe(true);
    expect(call.expected).toMatchObject({ outcome: "scored", percentTo: 76 });
  });
});

function quotesOf(model: NonNullable<ScenarioCall["model"]>): string[] {
  return [
    ...Object.values(model.verdicts).flatMap(({ quotes }) => quotes),
    ...model.objections.map(({ quote }) => quote),
    ...model.advice.map(({ quote }) => quote),
    ...(model.nextStep.quote === null ? [] : [model.nextStep.quote]),
  ];
}

function isSaid(quote: string, segments: ScenarioCall["segments"]): boolean {
  return quote !== "" && segments.some(({ text }) => text.includes(quote));
}
