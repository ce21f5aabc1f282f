import { ConfigurationError, isOwnError, VendorError } from "../../core/errors.ts";

/** An object's name cannot be a file here; on S3 it could. */
export function pathTaken(): ConfigurationError {
  return new ConfigurationError(
    "store.path_taken",
    "a file, folder or link in DATA_DIR/bucket stands where an object must be written: move it away",
  );
}

/** Runs file operations and translates their errors: Node's messages hold paths, and paths hold names of people. */
export async function translated<Result>(action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw ownError(error);
  }
}

export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function ownError(error: unknown): unknown {
  const code = errorCode(error);
  if (isOwnError(error) || code === "" || error instanceof RangeError) return error;
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
    case "EFBIG":
      return new ConfigurationError(
        "store.disk_full",
        "the disk that holds DATA_DIR is full: free some space",
      );
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new ConfigurationError(
        "store.unauthorized",
        "the files in DATA_DIR/bucket may not be read or written: check their owner and DATA_DIR",
      );
    case "ENOTDIR":
    case "EISDIR":
    case "ENOTEMPTY":
    case "EEXIST":
      return pathTaken();
    case "ENAMETOOLONG":
      return new ConfigurationError(
        "store.name_too_long",
        "the disk that holds DATA_DIR takes no file names this long: use a bucket (AWS_ENDPOINT_URL_S3)",
      );
    default:
      return new VendorError("store.unavailable", `the disk that holds DATA_DIR failed (${code})`);
  }
}
