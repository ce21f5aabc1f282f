import { describe, expect, it } from "vitest";
import { possibleCallIds } from "../../core/sent-recording.ts";

const ID = "20261120-bitrix24-ABCD1234.1790000000.555";

describe("the name of a file that was sent in for a call", () => {
  it.each([
    `${ID}.mp3`,
    `${ID}.MP3`,
    `${ID}`,
    ` ${ID}.mp3`,
    `${ID} .mp3`,
    `${ID} (2).mp3`,
    `${ID}(2).mp3`,
    `${ID} - копия.mp3`,
    `${ID} — копия (2).wav`,
    `${ID}_копия.ogg`,
    `${ID}-copy.mp3`,
    `${ID} copy 2.mp3`,
    `${ID}.mp3.mp3`,
    `Звонок ${ID}.m4a`,
    `uploads/default/calls/${ID}.opus`,
    `uploads/default/calls/Анна/${ID}.opus`,
  ])("can mean the call: %s", (name) => {
    expect(possibleCallIds(name)).toContain(ID);
  });

  it("means no other call by a part of its id", () => {
    expect(possibleCallIds(`${ID}.mp3`)).not.toContain("20261120-bitrix24-ABCD1234.1790000000");
    expect(possibleCallIds(`${ID} (2).mp3`)).toEqual([ID]);
  });

  it.each(["запись.mp3", "", "20261120.mp3", "20261120-bitrix24-.mp3", "../../x"])(
    "means none: %s",
    (name) => {
      expect(possibleCallIds(name).filter((id) => !id.endsWith(".mp3"))).toEqual([]);
    },
  );
});
