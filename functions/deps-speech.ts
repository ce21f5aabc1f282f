import { readFile } from "node:fs/promises";
import { saluteSpeech } from "../adapters/speech/salutespeech.ts";
import { ConfigurationError } from "../core/errors.ts";
import { once, root } from "./deps-root.ts";
import { watched } from "./deps-watched.ts";

export async function speech() {
  const { config, clock } = root();
  const caPem = await readCaFile(config.saluteSpeechCaFile);
  return once("speech", () =>
    watched(
      "speech",
      saluteSpeech({
        ...config.saluteSpeech,
        ...(caPem === undefined ? {} : { caPem }),
        language: config.settings.locale,
        clock,
      }),
    ),
  );
}

/** SaluteSpeech docs, "Limits": five recognitions at once for individuals, ten for companies, for one key. */
export function recognitionsAtOnce(): number {
  return root().config.saluteSpeechScope === "SALUTE_SPEECH_PERS" ? 5 : 10;
}

async function readCaFile(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  return readFile(file, "utf8").catch(() => {
    throw new ConfigurationError(
      "config.malformed",
      "SALUTESPEECH_CA_FILE names a file that cannot be read: run `npx cqa fetch-ca` or correct the path",
    );
  });
}
