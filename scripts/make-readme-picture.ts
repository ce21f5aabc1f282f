import { readFile, writeFile } from "node:fs/promises";
import { Digest } from "../core/digest.ts";
import { defaultSettings } from "../core/settings.ts";
import { digestMessage } from "../functions/report/digest-message.ts";

/**
 * Writes the page of which docs/images/digest-ru.png is a picture: the digest of the last demo as a chat shows it.
 *
 *     npm run demo
 *     npx node scripts/make-readme-picture.ts .data-demo/digest.html
 *     chromium --headless --hide-scrollbars --force-device-scale-factor=2 --window-size=480,940 \
 *       --screenshot=docs/images/digest-ru.png .data-demo/digest.html
 *
 * Make it again when `test/readme.test.ts` says that the demo's digest has changed.
 */

const DIGEST = ".data-demo/bucket/reports/default/2026-11-19/digest.json";

const target = process.argv[2];
if (target === undefined) {
  console.error("usage: npx node scripts/make-readme-picture.ts PAGE.html");
  process.exit(1);
}

const digest = Digest.parse(JSON.parse(await readFile(DIGEST, "utf8")));
const blocks = digestMessage(digest, defaultSettings);

await writeFile(
  target,
  `<!doctype html>
<html lang="ru">
<meta charset="utf-8">
<title>Сводка</title>
<style>
  * { box-sizing: border-box; margin: 0; }
  body { width: 480px; font: 16px/1.38 "Helvetica Neue", "Liberation Sans", Arial, "Noto Color Emoji", sans-serif; color: #0f1419; }
  .phone { width: 480px; min-height: 100vh; background: linear-gradient(160deg, #cfe3d2, #b7d3c9 45%, #a9c8d6); display: flex; flex-direction: column; }
  header { display: flex; align-items: center; gap: 12px; padding: 12px 16px; background: #fff; border-bottom: 1px solid #dfe4e8; }
  .face { width: 42px; height: 42px; border-radius: 50%; background: linear-gradient(#5fb7ee, #2a8fd6); color: #fff; font-weight: bold; font-size: 17px; display: grid; place-items: center; }
  .name { font-weight: bold; line-height: 1.2; }
  .kind { color: #7d8b97; font-size: 13.5px; }
  .day { align-self: center; margin: 14px 0 8px; padding: 3px 12px; border-radius: 14px; background: rgb(60 90 80 / 38%); color: #fff; font-size: 13px; font-weight: bold; }
  .bubble { position: relative; margin: 0 28px 18px 14px; padding: 11px 14px 24px; background: #fff; border-radius: 16px 16px 16px 5px; box-shadow: 0 1px 2px rgb(0 0 0 / 18%); white-space: pre-wrap; }
  .bubble i { color: #5d6b76; }
  time { position: absolute; right: 13px; bottom: 6px; color: #97a3ad; font-size: 12.5px; }
</style>
<div class="phone">
  <header>
    <div class="face">КЗ</div>
    <div><div class="name">Качество звонков</div><div class="kind">бот</div></div>
  </header>
  <div class="day">19 ноября</div>
  <div class="bubble">${blocks.join("\n\n")}<time>19:00</time></div>
</div>
</html>
`,
);
