import { openWebhook } from "../deps.ts";
import { onHttp } from "../lambda.ts";
import { receiveWebhook } from "./webhook.ts";

export const handler = onHttp(receiveWebhook, openWebhook);
