import { createHash, timingSafeEqual } from "node:crypto";
import type { HttpRequest, HttpResponse } from "../http.ts";
import type { BotPorts } from "./ports.ts";
import { takeUpdate } from "./take-update.ts";

/** An update is a message of at most a few kilobytes. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Takes what Telegram posts when somebody speaks to the bot.
 *
 *     POST /webhooks/telegram → an answer in the chat
 *
 * Safe to receive twice: an update is taken once by its number. What cannot be read is taken and forgotten, for Telegram would send it again;
 * when we have failed, Telegram hears so, the log has the reason, and the repetition finds the update taken.
 */
export async function receiveUpdate(request: HttpRequest, ports: BotPorts): Promise<HttpResponse> {
  if (request.method !== "POST") return { status: 405, body: "POST only" };
  const given = request.headers?.["x-telegram-bot-api-secret-token"];
  if (!isSecret(given, ports.secret)) return { status: 401, body: "wrong secret" };
  if (request.body.length > MAX_BODY_BYTES) return { status: 200, body: "" };
  await takeUpdate(request.body.toString("utf8"), ports);
  return { status: 200, body: "" };
}

/** In constant time: hashes have one length. */
function isSecret(given: string | undefined, secret: string | undefined): boolean {
  if (given === undefined || !secret) return false;
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}
