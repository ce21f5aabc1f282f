import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // No test waits for time to pass, only for what happens, so a long patience costs nothing and a busy machine breaks nothing.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    expect: { poll: { timeout: 60_000 } },
    // Most of the time is spent waiting for processes and clocks, not computing.
    maxWorkers: 4,
  },
});
