import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { assertSignable, type SignedLinks } from "../../core/ports/signed-link.ts";
import { assertSafeKey } from "../../core/ports/store.ts";
import { clientConfig, type S3ConnectionOptions } from "./s3-connection.ts";

export interface S3SignedLinksOptions extends S3ConnectionOptions {
  bucket: string;
}

/** Links to objects of a bucket (AWS docs, "Sharing objects with presigned URLs"). Nothing is sent to make one. */
export function s3SignedLinks(options: S3SignedLinksOptions): SignedLinks {
  let made: S3Client | undefined;

  return {
    async linkTo(key, asked) {
      assertSafeKey(key);
      assertSignable(asked);
      made ??= new S3Client(clientConfig(options));
      // Hardly any request needs it, and each would pay for it with its cold start.
      const { getSignedUrl } = await import("@aws-sdk/s3-request-presigner");
      const command = new GetObjectCommand({
        Bucket: options.bucket,
        Key: key,
        ResponseContentType: asked.contentType,
        ResponseContentDisposition: `attachment; filename="${asked.fileName}"`,
        ResponseCacheControl: "private, no-store",
      });
      return getSignedUrl(made, command, { expiresIn: asked.forSec });
    },
  };
}
