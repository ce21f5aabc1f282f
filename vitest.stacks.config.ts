import { defineConfig } from "vitest/config";

/** The deployment, executed against mocks of AWS, for `npm run test:stacks`: it needs SST's platform, which is installed first. */
export default defineConfig({
  test: {
    include: ["test/stacks/**/*.stacks.ts"],
    // Each has a process of its own, and all of them are reckoning.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
