/** A request and its answer as the ways in see them, whatever brought them. */
export interface HttpRequest {
  method: string;
  path: string;
  contentType: string | null;
  /** By lower-case name. */
  headers?: Readonly<Record<string, string | undefined>>;
  body: Buffer;
}

export interface HttpResponse {
  status: number;
  /** By lower-case name; plain text when left out. */
  headers?: Readonly<Record<string, string>>;
  /** Bytes: of what is no text. */
  body: string | Buffer;
}
