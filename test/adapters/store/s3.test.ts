import { s3Store } from "../../../adapters/store/s3.ts";
import { storeConformance } from "../../store/conformance.ts";
import { serveS3 } from "./s3-server.ts";

const credentials = { accessKeyId: "test", secretAccessKey: "test" };

storeConformance("s3Store", async () => {
  const { endpoint, bucket, close } = await serveS3();
  return { store: s3Store({ bucket, endpoint, credentials }), close };
});
