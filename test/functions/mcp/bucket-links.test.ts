import { afterEach, expect, it } from "vitest";
import { closeDeps, configure, openMcp } from "../../../functions/deps.ts";

afterEach(() => closeDeps());

async function linksAt(endpoint: string | undefined) {
  const keys = { AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret" };
  configure({ env: endpoint === undefined ? {} : { AWS_ENDPOINT_URL_S3: endpoint, ...keys } });
  return (await openMcp()).signedLinks();
}

it("has links of the bucket's own where that can be reached from outside", async () => {
  const links = await linksAt("https://s3.cloud.ru");
  const asked = { forSec: 600, contentType: "audio/mpeg", fileName: "call.mp3" };
  expect(await links?.linkTo("calls/x.mp3", asked)).toMatch(
    /^https:\/\/s3\.cloud\.ru\/call-quality\/calls\/x\.mp3\?/,
  );
});

it.each(["http://127.0.0.1:9000", undefined])(
  "has none for a bucket of this machine: %s",
  async (endpoint) => {
    expect(await linksAt(endpoint)).toBeNull();
  },
);
