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
  body: string;
}
