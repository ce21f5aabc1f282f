import { expect, it } from "vitest";
import { s3Store } from "../../../adapters/store/s3.ts";
import { s3SignedLinks } from "../../../adapters/store/s3-signed-link.ts";
import { describeSignedLinks } from "../../signed-link/conformance.ts";
import { serveS3 } from "./s3-server.ts";

const credentials = { accessKeyId: "test", secretAccessKey: "secret-of-test" };
const asked = { forSec: 600, contentType: "audio/mpeg", fileName: "call.mp3" };

describeSignedLinks("s3", async () => {
  const { endpoint, bucket, close } = await serveS3({
    secretOf: (id) => (id === credentials.accessKeyId ? credentials.secretAccessKey : undefined),
  });
  const options = { bucket, endpoint, credentials };
  return {
    store: s3Store(options),
    links: s3SignedLinks(options),
    // As a browser follows it: without a key, a header of ours or a cookie.
    open: async (link) => {
      const response = await fetch(link);
      return response.ok ? response.text() : undefined;
    },
    close,
  };
});

it("has the bucket say what it is, that it is saved and that nobody keeps it on the way", async () => {
  const links = s3SignedLinks({
    bucket: "calls",
    endpoint: "https://s3.cloud.ru",
    region: "ru-central-1",
    credentials,
  });
  const link = new URL(await links.linkTo("calls/default/x.mp3", asked));
  expect(link.origin + link.pathname).toBe("https://s3.cloud.ru/calls/calls/default/x.mp3");
  expect(Object.fromEntries(link.searchParams)).toMatchObject({
    "X-Amz-Expires": "600",
    "response-content-type": "audio/mpeg",
    "response-content-disposition": 'attachment; filename="call.mp3"',
    "response-cache-control": "private, no-store",
  });
});

it("opens nothing where a letter of the link is changed", async () => {
  const { endpoint, bucket, close } = await serveS3({ secretOf: () => credentials.secretAccessKey });
  const options = { bucket, endpoint, credentials };
  await s3Store(options).put("a.mp3", "one");
  await s3Store(options).put("b.mp3", "other");
  const link = await s3SignedLinks(options).linkTo("a.mp3", asked);
  expect((await fetch(link)).status).toBe(200);
  expect((await fetch(link.replace("/a.mp3", "/b.mp3"))).status).toBe(403);
  expect((await fetch(link.replace("Expires=600", "Expires=86400"))).status).toBe(403);
  await close();
});
