import type { FunctionName } from "./functions.ts";
import type { Functions } from "./make-functions.ts";

/** The same paths as on one machine (docs/architecture.md). Whatever else is asked for is not found. */
const routes: Readonly<Record<string, FunctionName>> = {
  "POST /webhooks/bitrix24": "webhook",
  "POST /webhooks/bitrix24/{tenant}": "webhook",
  "POST /webhooks/telegram": "bot",
  "ANY /mcp": "mcp",
  "GET /mcp/recordings/{proxy+}": "mcp",
  "GET /health": "health",
};

/** A company's busiest minute brings a notice a second; who floods the address is answered 429 and starts no function. */
const REQUESTS_PER_SEC = 50;
const BURST = 100;

/** Ids and numbers alone: a path can hold a signed link, a query a token, an address a person. */
const accessLogFormat = JSON.stringify({
  requestTime: "$context.requestTime",
  requestId: "$context.requestId",
  routeKey: "$context.routeKey",
  status: "$context.status",
  responseLatency: "$context.responseLatency",
  integrationStatus: "$context.integration.status",
});

/** One address for everything that is asked from outside. */
export function makeApi(functions: Functions): sst.aws.ApiGatewayV2 {
  const api = new sst.aws.ApiGatewayV2("Api", {
    // No browser's page has business here.
    cors: false,
    accessLog: { retention: "1 month" },
    transform: {
      stage: (args) => {
        args.defaultRouteSettings = {
          throttlingRateLimit: REQUESTS_PER_SEC,
          throttlingBurstLimit: BURST,
        };
        args.accessLogSettings = $util
          .output(args.accessLogSettings)
          .apply((settings) => ({ destinationArn: settings?.destinationArn ?? "", format: accessLogFormat }));
      },
    },
  });
  for (const [route, name] of Object.entries(routes)) api.route(route, functions[name].arn);
  return api;
}
