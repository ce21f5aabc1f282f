import { fetchRussianTrustedCa } from "../fetch-ca.ts";

export async function runFetchCa(file: string): Promise<void> {
  const { downloaded, validTo, environmentLine } = await fetchRussianTrustedCa({ file });
  console.log(
    `${file}: ${downloaded ? "downloaded" : "is there already"}, fingerprint checked, valid to ${validTo}`,
  );
  console.log(`Put this line into .env:\n${environmentLine}`);
}
