import type { ScenarioCall, ScenarioModelAnswer } from "./scenario.ts";
import { type SandboxReply, type SandboxRequest, type SandboxServer, serveSandbox } from "./server.ts";

export interface ModelSandbox extends SandboxServer {
  baseUrl: string;
  /** How many answers were given, by the slug of the call: each one would have been paid for. */
  answered: Map<string, number>;
}

interface ChatRequest {
  model: string;
  messages: { role: string; content: string }[];
  response_format?: { json_schema?: { name?: string; schema?: AnswerSchema } };
}

interface AnswerSchema {
  properties?: { verdicts?: { required?: string[] } };
}

interface Line {
  turn: number;
  speaker: string;
  text: string;
}

/**
 * An OpenAI-compatible model that knows the scenario's calls by heart. It finds the call by what is said in it and gives the answer that
 * a careful model would, invented quotes included where the scenario says so; of any other call it says "uncertain".
 */
export async function startModelSandbox(options: {
  apiKey: string;
  calls: readonly ScenarioCall[];
  port?: number;
}): Promise<ModelSandbox> {
  const answered = new Map<string, number>();

  const answer = (request: SandboxRequest): SandboxReply => {
    if (request.headers.authorization !== `Bearer ${options.apiKey}`) {
      return { status: 401, body: { error: { message: "Incorrect API key", code: "invalid_api_key" } } };
    }
    if (request.path !== "/v1/chat/completions")
      return { status: 404, body: { error: { message: "Not found" } } };
    const chat = JSON.parse(request.body.toString("utf8")) as ChatRequest;
    const input = chat.messages.at(-1)?.content ?? "";
    const schema = chat.response_format?.json_schema?.schema ?? schemaInPrompt(chat.messages[0]?.content);
    const criteria = schema?.properties?.verdicts?.required ?? [];
    const lines = linesOf(input);
    const call = callSaid(options.calls, lines);
    const asked = chat.response_format?.json_schema?.name;
    if (asked === "call_type") return completion(chat, callTypeOf(call, lines));
    if (asked === "call_roles")
      return completion(chat, { evidence: { turn: 0, quote: "" }, agentVoice: "unclear" });
    const earlier = call ? (answered.get(call.slug) ?? 0) : 0;
    if (call) answered.set(call.slug, earlier + 1);
    const content = call?.model ? answerFrom(call.model, criteria, lines, earlier) : ignorant(criteria);
    return completion(chat, content);
  };

  const server = await serveSandbox(answer, options.port);
  return { ...server, baseUrl: `${server.url}/v1`, answered };
}

/** Where the schema is told in the prompt it is the last line of it. */
function schemaInPrompt(prompt = ""): AnswerSchema | undefined {
  const line = prompt.split("\n").at(-1) ?? "";
  return line.startsWith("{") ? JSON.parse(line) : undefined;
}

function callTypeOf(call: ScenarioCall | undefined, lines: readonly Line[]) {
  const [first] = lines;
  return {
    evidence: { turn: first?.turn ?? 0, quote: first?.text ?? "" },
    callType: call?.model?.callType ?? "unclear",
  };
}

function linesOf(input: string): Line[] {
  return [...input.matchAll(/^\[(\d+)\] (\w+): (.*)$/gm)].map(([, turn, speaker = "", text = ""]) => ({
    turn: Number(turn),
    speaker,
    text,
  }));
}

/** The call of which most is said here. */
function callSaid(calls: readonly ScenarioCall[], lines: readonly Line[]): ScenarioCall | undefined {
  const said = lines.map((line) => line.text).join("\n");
  const share = (call: ScenarioCall) =>
    call.segments.filter((segment) => said.includes(segment.text)).length / call.segments.length;
  return calls
    .filter((call) => call.model !== null && share(call) > 0.5)
    .sort((a, b) => share(b) - share(a))[0];
}

/** `earlier`: how often it was asked about this call before. The first time invented quotes come first. */
function answerFrom(
  model: ScenarioModelAnswer,
  criteria: readonly string[],
  lines: readonly Line[],
  earlier: number,
) {
  const evidence = (quotes: readonly string[]) => quotes.flatMap((quote) => evidenceFor(quote, lines));
  const invents = (id: string) =>
    model.badQuotes?.[id] !== undefined && (earlier === 0 || model.insists?.includes(id));
  const verdict = (id: string) => {
    const known = model.verdicts[id];
    if (!known) return uncertain;
    const invented = {
      turn: lines[0]?.turn ?? 0,
      speaker: lines[0]?.speaker ?? "agent",
      quote: model.badQuotes?.[id],
    };
    return {
      evidence: invents(id) ? [invented] : evidence(known.quotes),
      comment: known.comment,
      verdict: known.verdict,
      level: known.level ?? null,
      advice: known.advice,
    };
  };
  return {
    callType: model.callType,
    summary: model.summary,
    clientNeed: model.clientNeed,
    verdicts: Object.fromEntries(criteria.map((id) => [id, verdict(id)])),
    objections: model.objections.map(({ category, quote, handling }) => ({
      evidence: evidence([quote]),
      category,
      handling,
    })),
    nextStep: { agreed: model.nextStep.agreed, text: model.nextStep.text },
    advice: model.advice.flatMap(({ text, quote }) =>
      evidenceFor(quote, lines).map((claim) => ({ evidence: claim, text })),
    ),
  };
}

function evidenceFor(quote: string, lines: readonly Line[]) {
  const line = lines.find((candidate) => candidate.text.includes(quote));
  return line ? [{ turn: line.turn, speaker: line.speaker, quote }] : [];
}

const uncertain = { evidence: [], comment: "", verdict: "uncertain", level: null, advice: null };

function ignorant(criteria: readonly string[]) {
  return {
    callType: "unclear",
    summary: "",
    clientNeed: null,
    verdicts: Object.fromEntries(criteria.map((id) => [id, uncertain])),
    objections: [],
    nextStep: { agreed: false, text: null },
    advice: [],
  };
}

/** Tokens are guessed at four bytes each; the static part counts as cached. */
function completion(chat: ChatRequest, content: object): SandboxReply {
  const text = JSON.stringify(content);
  const tokens = (value: string) => Math.ceil(Buffer.byteLength(value) / 4);
  const [instructions = "", ...rest] = chat.messages.map((message) => message.content);
  const usage = {
    prompt_tokens: tokens(instructions) + tokens(rest.join("")),
    completion_tokens: tokens(text),
    prompt_tokens_details: { cached_tokens: tokens(instructions) },
  };
  return {
    body: {
      id: "chatcmpl-sandbox",
      object: "chat.completion",
      model: "sandbox-judge",
      choices: [
        { index: 0, finish_reason: "stop", message: { role: "assistant", content: text, refusal: null } },
      ],
      usage,
    },
  };
}
