import { fileURLToPath } from "node:url";

/**
 * Roboto, which pdfmake brings: SIL Open Font License 1.1, Latin, Greek and Cyrillic with ₽ and №. Pages and pictures use the same files, so
 * a chart looks alike in both.
 */
export const FONT_FAMILY = "Roboto";

/** Paths of the files; `package.json` of pdfmake allows them to be imported by name, wherever it is installed. */
export function fontFiles() {
  return {
    normal: fontFile("Roboto-Regular.ttf"),
    bold: fontFile("Roboto-Medium.ttf"),
    italics: fontFile("Roboto-Italic.ttf"),
    bolditalics: fontFile("Roboto-MediumItalic.ttf"),
  };
}

function fontFile(name: string): string {
  return fileURLToPath(import.meta.resolve(`pdfmake/fonts/Roboto/${name}`));
}

/** What the font can show, by Unicode blocks. */
const KNOWN =
  /[\n\u0020-\u007e\u00a0-\u017f\u018f\u0192\u01a0\u01a1\u01af\u01b0\u0218-\u021b\u0237\u0259\u0384-\u0386\u0388-\u03ce\u0400-\u0486\u0488-\u0513\u1e80-\u1e85\u1e9e\u1ea0-\u1ef9\u2000-\u200a\u2010\u2011\u2013-\u2015\u2017-\u201e\u2020-\u2022\u2025-\u2027\u2030\u2032\u2033\u2039\u203a\u2044\u20a3\u20a4\u20a6-\u20ac\u20b1\u20b9\u20ba\u20bc\u20bd\u2116\u2122\u2126\u2202\u2211\u2212\u221a\u221e\u2248\u2260\u2264\u2265\u25a0\u25cf\ufffd]|\u0300|\u0301/u;

/** Blanks, dashes and arrows that people's keyboards make and the font does not have. */
const REPLACED: Readonly<Record<string, string>> = {
  "\t": " ",
  "\r": "",
  "\u202f": "\u00a0",
  "\u2028": " ",
  "\u2029": " ",
  "\u2012": "–",
  "→": "—",
  "←": "—",
};

/** Signs that say nothing without a picture: emoji, their joiners and skin colours, marks of direction, control characters. */
const SILENT =
  /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\p{Cf}\p{Cc}]|\p{Variation_Selector}|\u20e3/u;

/**
 * The text as the font can show it. Emoji vanish; a letter of a script that the font lacks becomes the sign for it, so that nobody takes
 * the rest for the whole.
 */
export function printable(text: string): string {
  const shown = Array.from(text.normalize("NFC"), (sign) => {
    if (KNOWN.test(sign)) return sign;
    return REPLACED[sign] ?? (SILENT.test(sign) ? "" : "\ufffd");
  }).join("");
  return shown.replaceAll(/ {2,}/g, " ").trim();
}

/** Hundredths of the font's size, from U+0020 on and from А on. */
const LATIN_WIDTHS =
  "25 26 32 62 56 73 62 17 34 35 43 57 20 28 26 41 56 56 56 56 56 56 56 56 56 56 24 21 51 55 52 47 90 65 62 65 66 57 55 68 71 27 55 63 54 87 71 69 63 69 62 59 60 65 64 89 63 60 60 27 41 27 42 45 31 54 56 52 56 53 35 56 55 24 24 51 24 88 55 57 56 57 34 52 33 55 48 75 50 47 50 34 24 34 68"
    .split(" ")
    .map(Number);
const CYRILLIC_WIDTHS =
  "65 63 62 56 75 57 91 59 71 71 64 71 87 71 69 71 63 65 60 63 77 63 73 68 94 97 76 86 63 67 89 64 54 55 57 42 60 53 77 51 58 58 54 58 74 58 57 58 56 52 48 47 73 50 59 54 81 83 62 78 54 54 82 55"
    .split(" ")
    .map(Number);
const OTHER_WIDTHS: Readonly<Record<string, number>> = { "…": 67, "—": 78, "№": 103, "₽": 66, "\u00a0": 25 };
const ANY_WIDTH = 57;

/** How wide a line of the regular font is. Of seldom letters an average: for fitting texts, not for setting them. */
export function textWidth(text: string, size: number): number {
  let hundredths = 0;
  for (const sign of text) {
    const code = sign.codePointAt(0) ?? 0;
    hundredths +=
      OTHER_WIDTHS[sign] ?? LATIN_WIDTHS[code - 0x20] ?? CYRILLIC_WIDTHS[code - 0x410] ?? ANY_WIDTH;
  }
  return (hundredths * size) / 100;
}

/** Cuts a text at the end, with an ellipsis, so that it is no wider. */
export function fitted(text: string, size: number, width: number): string {
  if (textWidth(text, size) <= width) return text;
  const signs = Array.from(text);
  let kept = signs.length;
  while (kept > 1 && textWidth(`${signs.slice(0, kept).join("")}…`, size) > width) kept -= 1;
  return `${signs.slice(0, kept).join("").trimEnd()}…`;
}

/** Breaks a text between words into so many lines at most, the last of them cut. */
export function wrapped(text: string, size: number, width: number, maxLines: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line === "" || textWidth(longer, size) <= width) {
      line = longer;
    } else {
      lines.push(line);
      line = word;
    }
  }
  if (line !== "") lines.push(line);
  if (lines.length > maxLines) {
    const rest = lines.slice(maxLines - 1).join(" ");
    lines.splice(maxLines - 1, lines.length, rest);
  }
  return lines.map((each) => fitted(each, size, width));
}
