import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** The files that `docker build` would be sent: the folder, without what .dockerignore leaves out (Docker docs, "Build context"). The last line that fits decides. */
export async function contextFiles(root: string, ignore: string): Promise<string[]> {
  const rules = ignore
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({ keeps: line.startsWith("!"), pattern: line.replace(/^!/, "").replace(/\/$/, "") }));
  const isIgnored = (path: string) =>
    rules.reduce((ignored, { keeps, pattern }) => (fits(path, pattern) ? !keeps : ignored), false);
  const tops = (await readdir(root, { withFileTypes: true })).filter(({ name }) => !isIgnored(name));
  const files: string[] = [];
  for (const top of tops) {
    if (!top.isDirectory()) files.push(top.name);
    else {
      const inner = await readdir(join(root, top.name), { recursive: true, withFileTypes: true });
      const paths = inner
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
      files.push(...paths.map((path) => path.slice(root.length + 1)));
    }
  }
  return files.filter((path) => !isIgnored(path)).sort();
}

/** A pattern fits a file also by one of the folders above it. Unlike a shell's, its stars fit hidden files too. */
function fits(path: string, pattern: string): boolean {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*\*\/|\*\*|\*|\?/g, (found) => {
    if (found === "**/") return "(?:.*/)?";
    if (found === "**") return ".*";
    return found === "*" ? "[^/]*" : "[^/]";
  });
  const whole = new RegExp(`^${source}$`);
  const segments = path.split("/");
  return segments.some((_segment, index) => whole.test(segments.slice(0, index + 1).join("/")));
}
