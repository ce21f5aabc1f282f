import { unversionedPrefixes, uploadsKeptDays, versionedPrefixes } from "./retention.ts";
import type { Settings } from "./settings.ts";

/** The bucket: private, encrypted, spoken to over TLS alone, and with the older versions of what people write by hand. */
export function makeBucket(settings: Settings): sst.aws.Bucket {
  const bucket = new sst.aws.Bucket("Calls", {
    versioning: true,
    enforceHttps: true,
    cors: false,
    transform: {
      bucket: (args) => {
        // A deployment to try things out goes without a trace; production's bucket is never emptied by a command.
        args.forceDestroy = $app.removal === "remove";
      },
    },
  });
  new aws.s3.BucketServerSideEncryptionConfiguration("CallsEncryption", {
    bucket: bucket.name,
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
  });
  new aws.s3.BucketLifecycleConfiguration("CallsLifecycle", {
    bucket: bucket.name,
    rules: lifecycleRules(settings),
  });
  return bucket;
}

/**
 * Audio and transcripts lie in the call's folder beside its score, and a lifecycle knows prefixes alone: by age they are deleted by the sweep, on
 * every store alike. What the sweep deletes must not live on as an older version.
 */
function lifecycleRules(settings: Settings) {
  const status = "Enabled";
  const uploadsDays = uploadsKeptDays(settings);
  return [
    {
      id: "unfinished-uploads",
      status,
      filter: { prefix: "" },
      abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
    },
    ...versionedPrefixes.map((prefix) => ({
      id: `versions-of-${prefix.replace("/", "")}`,
      status,
      filter: { prefix },
      noncurrentVersionExpiration: { noncurrentDays: 365 },
    })),
    ...unversionedPrefixes.map((prefix) => ({
      id: `no-versions-of-${prefix.replace("/", "")}`,
      status,
      filter: { prefix },
      expiration:
        prefix === "uploads/" && uploadsDays !== undefined
          ? { days: uploadsDays }
          : { expiredObjectDeleteMarker: true },
      noncurrentVersionExpiration: { noncurrentDays: 1 },
    })),
  ];
}
