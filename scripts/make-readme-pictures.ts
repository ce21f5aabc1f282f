import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import readExcelFile from "read-excel-file/node";
import { Report } from "../core/report.ts";
import { defaultSettings } from "../core/settings.ts";
import { heatMapPicture } from "../functions/report/charts/picture.ts";
import { digestMessage } from "../functions/report/digest-message.ts";

/**
 * Makes the pictures of the README from what the last demo wrote: the digest as a chat shows it, the first page of the PDF, the heat map and a sheet
 * of the Excel file.
 *
 *     npm run demo && npm run pictures
 *
 * Asks for two programs: chromium (CHROMIUM names another one) and pdftoppm, which poppler-utils brings.
 */

const DAY = ".data-demo/bucket/reports/default/2026-11-19";
const IMAGES = "docs/images";
const WORK = ".data-demo/pictures";
/** Columns of the sheet that say little about the demo. */
const leftOut = new Set(["Отделы", "Линия", "Файл", "Вид звонка"]);

const run = promisify(execFile);
await mkdir(WORK, { recursive: true });
const report = Report.parse(JSON.parse(await readFile(join(DAY, "digest.json"), "utf8")));

await photograph("digest-ru", chatPage(digestMessage(report, defaultSettings)), "480,1790");
await run("pdftoppm", [
  "-png",
  "-singlefile",
  "-r",
  "90",
  join(DAY, "digest.pdf"),
  join(IMAGES, "report-ru"),
]);
await writeFile(join(IMAGES, "criteria-ru.png"), await heatMapPicture(report, defaultSettings));
const sheets = await readExcelFile(join(DAY, "digest.xlsx"));
const sheet = sheets.find((one) => one.sheet === "Звонки")?.data ?? [];
await photograph("sheet-ru", sheetPage(sheet), "1240,400");

/** A page as a picture, twice as fine as it is wide. */
async function photograph(name: string, html: string, size: string): Promise<void> {
  const page = resolve(WORK, `${name}.html`);
  await writeFile(page, html);
  await run(process.env.CHROMIUM ?? "chromium", [
    "--headless",
    "--no-sandbox",
    "--hide-scrollbars",
    "--force-device-scale-factor=2",
    `--window-size=${size}`,
    `--screenshot=${resolve(IMAGES, `${name}.png`)}`,
    `file://${page}`,
  ]);
}

/** The first columns of a sheet, as a spreadsheet shows them. */
function sheetPage(rows: readonly (readonly unknown[])[]): string {
  const columns = (rows[0] ?? [])
    .flatMap((title, column) => (leftOut.has(String(title)) ? [] : [column]))
    .slice(0, 11);
  const shown = rows.map((row) => columns.map((column) => row[column]));
  const cell = (value: unknown) => {
    if (value instanceof Date) return momentOrDuration(value);
    if (typeof value === "number")
      return new Intl.NumberFormat("ru", { maximumFractionDigits: 3 }).format(value);
    return String(value ?? "")
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;");
  };
  const line = (row: readonly unknown[], tag: string) =>
    `<tr>${row.map((value) => `<${tag} class="${typeof value}">${cell(value)}</${tag}>`).join("")}</tr>`;
  const [head = [], ...body] = shown;
  return `<!doctype html>
<html lang="ru">
<meta charset="utf-8">
<style>
  body { margin: 0; font: 13px/1.3 "Liberation Sans", Arial, sans-serif; color: #1d2733; }
  table { border-collapse: collapse; width: 100%; }
  th, td { border: 1px solid #d5dbe1; padding: 4px 7px; text-align: left; white-space: nowrap; overflow: hidden; max-width: 190px; text-overflow: ellipsis; }
  th { background: #eef2f6; }
  td.number { text-align: right; }
</style>
<table>${line(head, "th")}${body.map((row) => line(row, "td")).join("")}</table>
</html>
`;
}

/** A spreadsheet counts durations from its own beginning of time, and both in fractions of a day that are not exact. */
function momentOrDuration(value: Date): string {
  const text = new Date(Math.round(value.getTime() / 1000) * 1000).toISOString();
  return value.getUTCFullYear() < 1901 ? text.slice(11, 19) : text.slice(0, 16).replace("T", " ");
}

function chatPage(blocks: readonly string[]): string {
  return `<!doctype html>
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
`;
}
