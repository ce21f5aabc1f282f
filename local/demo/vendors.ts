/** Which vendors the demo talks to: the sandbox's, or the real ones whose keys are in the environment. */
export interface DemoVendors {
  sandbox: { speech: boolean; model: boolean; telegram: boolean };
  allSandbox: boolean;
  /** The real vendors' variables, to lay over the sandbox's. */
  env: Record<string, string>;
  lines: string[];
}

const groups = {
  speech: {
    name: "SaluteSpeech",
    decides: "SBER_OAUTH_CLIENT_SECRET",
    variables: [
      "SBER_OAUTH_CLIENT_ID",
      "SBER_OAUTH_CLIENT_SECRET",
      "SALUTESPEECH_SCOPE",
      "SALUTESPEECH_OAUTH_URL",
      "SALUTESPEECH_API_URL",
      "SALUTESPEECH_CA_FILE",
    ],
  },
  model: {
    name: "the language model",
    decides: "LLM_API_KEY",
    variables: ["LLM_BASE_URL", "LLM_API_KEY", "LLM_MODEL"],
  },
  telegram: {
    name: "Telegram",
    decides: "TELEGRAM_BOT_TOKEN",
    variables: ["TELEGRAM_BOT_TOKEN", "TELEGRAM_CHAT_ID", "TELEGRAM_API_ROOT"],
  },
} as const;

/** The portal is always the sandbox's, since it is where the sample recordings are. */
export function chooseVendors(env: Readonly<Record<string, string | undefined>>): DemoVendors {
  const isSandbox = (group: { decides: string }) => !env[group.decides]?.trim();
  const sandbox = {
    speech: isSandbox(groups.speech),
    model: isSandbox(groups.model),
    telegram: isSandbox(groups.telegram),
  };
  const real = Object.values(groups).filter((group) => !isSandbox(group));
  const played = [
    "Bitrix24",
    ...Object.values(groups)
      .filter(isSandbox)
      .map((group) => group.name),
  ];
  return {
    sandbox,
    allSandbox: real.length === 0,
    // An absent variable of a real vendor must not be the sandbox's.
    env: Object.fromEntries(real.flatMap((group) => group.variables.map((name) => [name, env[name] ?? ""]))),
    lines: [
      `Played by the sandbox on this machine: ${played.join(", ")}.`,
      real.length === 0
        ? "No real vendor is asked: put keys into .env and the demo uses them on the same recordings."
        : `Asked for real, with the keys of .env: ${real.map((group) => group.name).join(", ")}.`,
    ],
  };
}
