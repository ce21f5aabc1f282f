import { openBot } from "../deps-bot.ts";
import { onHttp } from "../lambda-http.ts";
import { receiveUpdate } from "./receive.ts";

export const handler = onHttp(receiveUpdate, openBot);
