import type { S3ClientConfig } from "@aws-sdk/client-s3";

export interface S3ConnectionOptions {
  /** Any S3-compatible host; AWS itself when there is none. */
  endpoint?: string | undefined;
  region?: string | undefined;
  /** Without them the SDK looks where it always does: environment, profile, the function's role. */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } | undefined;
  /** The bucket in the path instead of the host's name; by default for every endpoint that is not AWS. */
  forcePathStyle?: boolean | undefined;
}

/** How a client is made that AWS and the hosts that are like it understand (docs/storage.md). */
export function clientConfig(options: S3ConnectionOptions): S3ClientConfig {
  const { endpoint, region, credentials, forcePathStyle } = options;
  const isAws = isAwsEndpoint(endpoint);
  return {
    ...(endpoint && { endpoint }),
    ...(region && { region }),
    // Most other hosts take any region, but the SDK does not do without one.
    ...(!region && !isAws && { region: "us-east-1" }),
    ...(credentials && { credentials }),
    forcePathStyle: forcePathStyle ?? !isAws,
    ...(!isAws && {
      // Other hosts do not know the checksums that the SDK adds by itself.
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
      // A host or proxy that never answers "100 Continue" would hold up every part of an upload.
      expectContinueHeader: false,
    }),
    // Both are unlimited by default: a host that falls silent would hold a worker for good.
    requestHandler: { connectionTimeout: 10_000, socketTimeout: 120_000 },
  };
}

/** AWS keeps what its documentation promises; nobody need try it. */
export function isAwsEndpoint(endpoint: string | undefined): boolean {
  return !endpoint || /\.amazonaws\.com(\.cn)?$/.test(new URL(endpoint).hostname);
}
