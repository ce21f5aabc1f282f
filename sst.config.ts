/// <reference path="./.sst/platform/config.d.ts" />

/** How it gets into AWS: docs/deploy-aws.md. What is made stands in stacks/. */
export default $config({
  app(input) {
    const isProduction = input.stage === "production";
    return {
      name: "call-quality-analyst",
      home: "aws",
      // Production's bucket outlives even its deployment, and no command removes the deployment by mistake.
      removal: isProduction ? "retain" : "remove",
      protect: isProduction,
      providers: { aws: { region: (process.env.AWS_REGION ?? "eu-central-1") as aws.Region } },
    };
  },
  async run() {
    // SST reads this file before anything that stacks use is there, so they are loaded here.
    const { makeCloud } = await import("./stacks/cloud.ts");
    return makeCloud();
  },
});
