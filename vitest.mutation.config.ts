import { defineConfig } from "vitest/config";

/** The tests that hold the grading code, for `npm run mutation`. */
export default defineConfig({
  test: { include: ["test/core/score/**/*.test.ts", "test/functions/score/**/*.test.ts"] },
});
