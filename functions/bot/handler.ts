import { openBot } from "../deps.ts";
import { onHttp } from "../lambda.ts";
import { receiveUpdate } from "./receive.ts";

export const handler = onHttp(receiveUpdate, openBot);
