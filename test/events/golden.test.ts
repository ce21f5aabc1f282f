import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { definitions, readEvent } from "../../events/catalog.ts";
import { examples } from "./examples.ts";

/** Every version ever sent has a file here, for good: it is what may still lie on somebody's queue. */
const folder = new URL("../golden/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
const golden = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(name, folder), "utf8"));

describe.each(definitions.map((definition) => [definition.type, definition.version] as const))(
  "%s",
  (type, version) => {
    it("has a golden file for every version up to today's", () => {
      const versions = Array.from({ length: version }, (_value, index) => `${type}.v${index + 1}.json`);
      expect(files).toEqual(expect.arrayContaining(versions));
    });

    it("is sent as the golden file of today's version has it, nothing added or left out", () => {
      expect(JSON.parse(JSON.stringify(examples[type]))).toEqual(golden(`${type}.v${version}.json`));
    });
  },
);

describe.each(files)("%s", (name) => {
  const event = golden(name);

  it("is named after its type and version", () => {
    expect(name).toBe(`${event.type}.v${event.dataversion}.json`);
    expect(definitions.map(({ type }) => type)).toContain(event.type);
  });

  it("can still be read", () => {
    const { data, dataversion, ...envelope } = readEvent(event);
    expect(envelope).toEqual({ ...event, data: undefined, dataversion: undefined });
    const { version } = definitions.find(({ type }) => type === event.type)!;
    expect(dataversion).toBe(version);
    if (event.dataversion === version) expect(data).toEqual(event.data);
  });

  it("carries no personal data and no bodies", () => {
    const allowed = [
      "source nativeId startedAt durationSec direction kind missed agentId",
      "recordingKey taskId transcriptKey scorecardKey checklistId checklistVersion",
      "code stage day kind from to vendor since what hour criterionId appealedAt",
    ].flatMap((list) => list.split(" "));
    expect(Object.keys(event.data as object).filter((field) => !allowed.includes(field))).toEqual([]);
    for (const value of Object.values(event.data as object)) {
      expect(["string", "number", "boolean"]).toContain(typeof value);
      expect(String(value).length).toBeLessThan(200);
    }
  });
});
