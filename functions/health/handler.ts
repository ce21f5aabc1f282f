import { openHealth } from "../deps-health.ts";
import { onHttp } from "../lambda-http.ts";
import { receiveHealth } from "./receive.ts";

export const handler = onHttp(receiveHealth, openHealth);
