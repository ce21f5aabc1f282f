import { extname } from "node:path";
import { describe, expect, it } from "vitest";
import { VendorError } from "../../../core/errors.ts";
import type { NotifierFile } from "../../../core/ports/notify.ts";
import { sendDigest } from "../../../functions/report/digest.ts";
import { report } from "../../../functions/report/stage.ts";
import { keysUnder, readObject, run } from "../world.ts";
import { callIdOn, DAY, digestDue, putRow, reportWorld } from "./report-world.ts";

const picture: NotifierFile = {
  kind: "photo",
  bytes: Buffer.from("\x89PNG", "latin1"),
  name: "оценки.png",
  mediaType: "image/png",
};
const pdf: NotifierFile = {
  kind: "document",
  bytes: Buffer.from("%PDF-"),
  name: "отчёт.pdf",
  mediaType: "application/pdf",
};

async function dayWithACall() {
  const world = reportWorld({ settings: { digestFiles: true } });
  await putRow(world, callIdOn(DAY, 1));
  let made = 0;
  const send = (make: () => NotifierFile[] = () => [pdf, picture]) =>
    sendDigest(digestDue(), world, {
      files: async (report) => {
        made += 1;
        expect(report.totals.scored).toBe(1);
        return make();
      },
    });
  return { world, send, made: () => made };
}

describe("the files of a digest", () => {
  it("come after its text and answer it, pictures and documents each once [report:files-after-text]", async () => {
    const { world, send, made } = await dayWithACall();
    for (let times = 0; times < 3; times++) await send();
    expect(
      world.telegram.sent.map(({ blocks, files, replyTo }) => [blocks.length > 0, files, replyTo]),
    ).toEqual([
      [true, undefined, undefined],
      [false, [picture], "message-1"],
      [false, [pdf], "message-1"],
    ]);
    expect(made()).toBe(1);
  });

  it("that cannot be made cost nobody the text, and come when they can", async () => {
    const { world, send } = await dayWithACall();
    const broken = () => {
      throw new TypeError("a font is missing");
    };
    for (let times = 0; times < 2; times++) await expect(send(broken)).rejects.toThrow("a font is missing");
    expect(world.telegram.texts()).toHaveLength(1);
    await send();
    expect(world.telegram.texts()).toHaveLength(1);
    expect(world.telegram.files()).toEqual([picture, pdf]);
  });

  it("that cannot be sent are sent later, and the others not again", async () => {
    const { world, send } = await dayWithACall();
    const { send: deliver } = world.telegram;
    let failures = 1;
    world.telegram.send = async (message) => {
      if (message.files?.includes(pdf) && failures-- > 0)
        throw new VendorError("notify.failed", "the connection to Telegram failed");
      return deliver(message);
    };
    await expect(send()).rejects.toMatchObject({ code: "notify.failed" });
    await send();
    expect(world.telegram.files()).toEqual([picture, pdf]);
    expect(
      await readObject(world.store, `reports/default/${DAY}/published/telegram-documents.json`),
    ).toMatchObject({
      state: "done",
      attempts: 2,
    });
  });

  it("are none where nobody makes any", async () => {
    const { world, send } = await dayWithACall();
    await send(() => []);
    expect(world.telegram.sent).toHaveLength(1);
  });
});

describe("the files that are made", () => {
  it("are pictures, PDF and Excel, and the documents lie beside the digest", async () => {
    const world = reportWorld({ settings: { digestFiles: true } });
    const criteria = [
      { id: "needs", text: "Выяснил", stage: null, verdict: "met" as const, points: 1, weight: 1 },
    ];
    await putRow(world, callIdOn(DAY, 1), { criteria });
    await run(report, digestDue(), world);
    const files = world.telegram.files().map(({ name, kind }) => [kind, extname(name)]);
    expect(files).toEqual([
      ["photo", ".png"],
      ["document", ".pdf"],
      ["document", ".xlsx"],
    ]);
    expect(await keysUnder(world.store, `reports/default/${DAY}/digest`)).toEqual([
      `reports/default/${DAY}/digest.json`,
      `reports/default/${DAY}/digest.pdf`,
      `reports/default/${DAY}/digest.xlsx`,
    ]);
  });

  it("are none where the company wants none, or there were no calls", async () => {
    for (const digestFiles of [true, false]) {
      const world = reportWorld({ settings: { digestFiles } });
      if (!digestFiles) await putRow(world, callIdOn(DAY, 1));
      await run(report, digestDue(), world);
      expect([world.telegram.texts().length, world.telegram.files().length]).toEqual([1, 0]);
    }
  });
});
