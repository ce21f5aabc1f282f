import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** poppler is a set of programs that know PDF and nothing of ours: `apt-get install poppler-utils`, `brew install poppler`. */
export async function hasPoppler(): Promise<boolean> {
  return run("pdftotext", ["-v"]).then(
    () => true,
    () => false,
  );
}

export interface ReadPdf {
  /** As it stands on the pages; blanks of all kinds are one blank. */
  text: string;
  lines: string[];
  /** `Title`, `Pages`, … */
  info: Record<string, string>;
  fonts: { name: string; embedded: boolean; unicode: boolean }[];
  /** What drawing every page complained about. */
  complaints: string;
  drawnPages: number;
}

/** Reads and draws a PDF with poppler's programs. */
export async function readPdf(pdf: Uint8Array, { draw = false } = {}): Promise<ReadPdf> {
  const folder = await mkdtemp(join(tmpdir(), "cqa-pdf-"));
  const file = join(folder, "report.pdf");
  try {
    await writeFile(file, pdf);
    const [text, info, fonts] = await Promise.all([
      run("pdftotext", ["-layout", file, "-"], { maxBuffer: 32 * 1024 * 1024 }),
      run("pdfinfo", [file], { env: { ...process.env, TZ: "UTC" } }),
      run("pdffonts", [file]),
    ]);
    const drawn = draw
      ? await run("pdftoppm", ["-r", "20", "-png", file, join(folder, "page")])
      : { stderr: "" };
    const lines = text.stdout.split("\n").map((line) => line.replaceAll(/\s+/gu, " ").trim());
    return {
      text: lines.join("\n"),
      lines,
      info: Object.fromEntries(
        info.stdout.split("\n").flatMap((line) => {
          const [, name, value] = /^([^:]+):\s+(.*)$/.exec(line) ?? [];
          return name === undefined || value === undefined ? [] : [[name, value.replaceAll(/\s+/gu, " ")]];
        }),
      ),
      fonts: fonts.stdout
        .split("\n")
        .slice(2)
        .filter((line) => line !== "")
        .map((line) => {
          const [embedded, , unicode] = line.split(/\s+/).slice(-5);
          return { name: line.split(/\s+/)[0]!, embedded: embedded === "yes", unicode: unicode === "yes" };
        }),
      complaints: [text, info, fonts, drawn].map(({ stderr }) => stderr).join(""),
      drawnPages: (await readdir(folder)).filter((name) => name.endsWith(".png")).length,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
