import { plainText } from "../../adapters/notify/telegram-html.ts";
import { dayIn } from "../../core/call.ts";
import type { Config } from "../../core/config.ts";
import { openReport } from "../../functions/deps.ts";
import { makeDigest } from "../../functions/report/digest.ts";
import { digestMessage } from "../../functions/report/digest-message.ts";

/** Makes the digest of a day now. Asked for by a person, it is sent every time; the scheduled one is sent once. */
export async function runDigest(
  options: { day?: string; print?: boolean },
  { tenant }: Config,
): Promise<void> {
  const { store, clock, settingsOf, notifier } = await openReport();
  const settings = await settingsOf(tenant);
  const day = options.day ?? dayIn(settings.timeZone, clock.now());
  const blocks = digestMessage(await makeDigest(store, tenant, day), settings);
  console.log(plainText(blocks.join("\n\n")));
  if (options.print) return;
  const telegram = await notifier();
  if (!telegram) return console.error("TELEGRAM_BOT_TOKEN is off: the digest was not sent");
  await telegram.send({ blocks });
  console.error("sent to Telegram");
}
