import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { describeError } from "../core/describe-error.ts";
import type { HttpRequest, HttpResponse } from "./http.ts";

/** Ways in over HTTP as functions of Lambda. They have a file of their own because somebody waits for their cold start: no metrics, no tracer. */

/** A way in over HTTP as the handler of a function URL or HTTP API (payload version 2.0). */
export function onHttp<Ports>(
  receive: (request: HttpRequest, ports: Ports) => Promise<HttpResponse>,
  open: () => Promise<Ports>,
) {
  return async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    const { method, path } = event.requestContext.http;
    try {
      const { status, headers, body } = await receive(
        {
          method,
          path,
          contentType: event.headers["content-type"] ?? null,
          headers: event.headers,
          body: Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8"),
        },
        await open(),
      );
      return {
        statusCode: status,
        headers: { ...(headers ?? { "content-type": "text/plain; charset=utf-8" }) },
        ...(typeof body === "string" ? { body } : { body: body.toString("base64"), isBase64Encoded: true }),
      };
    } catch (error) {
      await logFailure(error);
      return { statusCode: 503, body: "try again later", headers: { "retry-after": "30" } };
    }
  };
}

/** Nothing else is logged, so the logger is loaded when something has failed. */
async function logFailure(error: unknown): Promise<void> {
  const { Logger } = await import("@aws-lambda-powertools/logger");
  new Logger({ serviceName: "call-quality-analyst" }).error("request failed", describeError(error));
}
