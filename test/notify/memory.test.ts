import { expect, it } from "vitest";
import { VendorError } from "../../core/errors.ts";
import { memoryNotifier, readBlocks } from "../fakes/notify.ts";
import { notifierConformance } from "./conformance.ts";

notifierConformance("the notifier in memory", async () => {
  const notifier = memoryNotifier();
  return {
    notifier,
    messages: () =>
      notifier.sent
        .filter(({ blocks }) => blocks.length > 0)
        .map(({ blocks, chat, buttons = [], replyTo }) => ({
          text: readBlocks(blocks),
          chat,
          buttons,
          replyTo,
        })),
    files: () =>
      notifier
        .files()
        .map((file) =>
          file.caption === undefined ? file : { ...file, caption: readBlocks([file.caption]) },
        ),
    lose: notifier.lose,
  };
});

it("fails as often as it was told to, and keeps nothing of what failed", async () => {
  const notifier = memoryNotifier();
  notifier.fail(new VendorError("notify.failed", "down"));
  await expect(notifier.send({ blocks: ["а"] })).rejects.toThrow("down");
  await notifier.send({ blocks: ["б"] });
  expect(notifier.texts()).toEqual(["б"]);
});
