import { type SecretVariable, secretVariables } from "./variables.ts";

export type Secrets = Readonly<Record<SecretVariable, sst.Secret>>;

/** One secret of SST for each variable that is one. Functions get their own as variables and can ask for no other. */
export function makeSecrets(): Secrets {
  const made = Object.entries(secretVariables).map(([variable, policy]) => [
    variable,
    new sst.Secret(policy.name, ...("optional" in policy ? [""] : [])),
  ]);
  return Object.fromEntries(made) as Secrets;
}
