import { openWebhook } from "../deps-webhook.ts";
import { onHttp } from "../lambda-http.ts";
import { receiveWebhook } from "./webhook.ts";

export const handler = onHttp(receiveWebhook, openWebhook);
