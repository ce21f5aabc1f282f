import {
  ConfigurationError,
  type OwnError,
  PermanentError,
  RetryLaterError,
  VendorError,
} from "../../core/errors.ts";

/** A request that the service did not answer. */
export interface ServiceFault {
  status: number;
  /** All that the service says about it, lower case. Only to recognise it by: it can quote the prompt, so it is never shown. */
  words: string;
  retryAfterSec: number;
}

/** What kind of trouble it is; the same one has another status and other words with every vendor. */
export type FaultKind =
  | "passing"
  | "busy"
  | "address"
  | "region"
  | "money"
  | "key"
  | "model"
  | "too-long"
  | "filtered"
  /** The service does not take the request as it is written. */
  | "request";

const MAX_WORDS = 20_000;

/**
 * The words of a failure, whatever shape it has: OpenAI's `{error: {message, type, code, param}}`, GigaChat's `{status, message}`,
 * Yandex' gRPC `{code, message, details}`, FastAPI's `{detail}`, Gemini's array of errors, plain text. The model's name is left
 * out, for a name like `strict-json-7b` would read as a complaint.
 */
export function faultWords(body: unknown, model: string): string {
  const text = typeof body === "string" ? body : textOf(body);
  // A web page is somebody in between, not the service.
  if (text.trimStart().startsWith("<")) return "";
  return text.slice(0, MAX_WORDS).toLowerCase().replaceAll(model.toLowerCase(), "");
}

function textOf(body: unknown): string {
  try {
    // FastAPI quotes the whole request under `input`, prompt and all.
    return JSON.stringify(body, (key, value) => (key === "input" ? undefined : value)) ?? "";
  } catch {
    // Thousands of brackets inside one another: parsed without harm, written they take more than the stack.
    return "";
  }
}

const moneyWords =
  /insufficient_quota|billing_hard_limit|billing_not_active|insufficient (balance|credits?|funds)|credit balance is too low/;
const modelWords =
  /model_not_found|model_not_available|no such model|(unknown|invalid|unsupported) model\b|model[^.{]{0,60}(not found|not exist|is not available)|access to (the )?model|not a valid model/;
const tooLongWords =
  /context_length_exceeded|exceed_context|context[_ ](length|window|size|limit)|maximum context|too many (input |prompt )?tokens|number of input tokens|tokens? limit exceeded|string_above_max_length|(input|prompt)[^.{]{0,60}(too long|exceed)/;
const filterWords =
  /content_filter|content_policy_violation|data_inspection_failed|"invalid_prompt"|content exists risk|input was flagged|content management policy/;
const keyWords = /(invalid|incorrect)[_ ]api[_ ]key|api key not valid/;
const regionWords = /unsupported_country|country, region|location is not supported/;
/** The parts of a request that not every service knows. */
export const schemaWords =
  /response[_ ]?format|json[_ ]?schema|json[_ ]?object|structured[_ ]output|\bschema\b|\bstrict\b|\bguided_|\bgrammar\b/;
export const anyParameterWords =
  /(unknown|unsupported|unrecognized|unexpected)[^.{]{0,30}(parameter|argument|field)|parameters? (is |are )?(not supported|unsupported)|requested parameters/;

export function faultKind({ status, words }: ServiceFault): FaultKind {
  // 529: Anthropic's "overloaded". 409 and 425 pass as well.
  if (status >= 500 || status === 408 || status === 409 || status === 425) return "passing";
  if (status < 400 || status === 405) return "address";
  if (regionWords.test(words)) return "region";
  if (status === 402 || moneyWords.test(words)) return "money";
  if (status === 429) return "busy";
  if (filterWords.test(words)) return "filtered";
  if (status === 401 || keyWords.test(words)) return "key";
  if (status === 413 || tooLongWords.test(words)) return "too-long";
  if (modelWords.test(words)) return "model";
  if (status === 403) return "key";
  // OpenRouter answers 404 when none of its providers takes the parameters; any other 404 is the model or the address.
  if (status === 404 && !anyParameterWords.test(words) && !schemaWords.test(words)) return "model";
  return "request";
}

/** How the variables begin that say which service this is: an error names the one that the operator has to mend. */
export type VariablesPrefix = "LLM" | "LLM_FALLBACK";

export function ownError(
  kind: Exclude<FaultKind, "filtered">,
  { status, retryAfterSec }: ServiceFault,
  variables: VariablesPrefix,
): OwnError {
  switch (kind) {
    case "passing":
      return new VendorError("llm.failed", `the model's service failed with status ${status}`);
    case "busy":
      return new RetryLaterError("llm.rate_limited", retryAfterSec, "the model's service asks for a pause");
    case "address":
      return new ConfigurationError(
        "llm.wrong_address",
        `the model's service answers with status ${status}: check that ${variables}_BASE_URL is the address that its documentation gives as "base URL"`,
      );
    case "region":
      return new ConfigurationError(
        "llm.region_refused",
        `the model's service does not serve this country: set ${variables}_BASE_URL to a service that does, or to a gateway of your own`,
      );
    case "money":
      return new ConfigurationError(
        "llm.no_money",
        `the model's service refuses for want of money: top up the account that ${variables}_API_KEY belongs to`,
      );
    case "key":
      return new ConfigurationError(
        "llm.unauthorized",
        `the model's service rejected the API key (status ${status}): check ${variables}_API_KEY, and that it belongs to the service of ${variables}_BASE_URL`,
      );
    case "model":
      return new ConfigurationError(
        "llm.unknown_model",
        `the model's service does not know the model: check ${variables}_MODEL, and that ${variables}_BASE_URL is the right service`,
      );
    case "too-long":
      return new PermanentError("llm.input_too_long", "the conversation is longer than the model can read");
    case "request":
      return new ConfigurationError(
        "llm.rejected_request",
        `the model's service does not take the request (status ${status}): try another model in ${variables}_MODEL, and see docs/connect-model.md`,
      );
  }
}
