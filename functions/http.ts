/** A request and its answer as the ways in see them, whatever brought them. */
export interface HttpRequest {
  method: string;
  path: string;
  contentType: string | null;
  body: Buffer;
}

export interface HttpResponse {
  status: number;
  body: string;
}
