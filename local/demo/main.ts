import { isOwnError } from "../../core/errors.ts";
import { endOnCrash } from "../crash.ts";
import { loadEnvironment } from "../environment.ts";
import { loadScenario } from "../sandbox/scenario.ts";
import { playDemo } from "./play.ts";
import { say } from "./print.ts";

/** `npm run demo`: one day of calls through the whole pipeline on this machine; exits non-zero when any result is not what it must be. */

endOnCrash();
try {
  const scenario = await loadScenario();
  const problems = await playDemo({ scenario, env: loadEnvironment(), dataDir: ".data-demo" });
  if (problems.length > 0) {
    console.error(`\nNot as it must be:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
    process.exit(1);
  }
  say("Every result is as it must be.");
} catch (error) {
  if (!isOwnError(error)) throw error;
  console.error(error.message);
  process.exit(1);
}
