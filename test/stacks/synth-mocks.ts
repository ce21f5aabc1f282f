/** One resource as Pulumi was asked to make it. */
export interface Resource {
  type: string;
  name: string;
  id: string;
  // Each kind of resource has its own inputs, and a test names the ones it looks at.
  // biome-ignore lint/suspicious/noExplicitAny: the inputs of some hundred kinds of resources
  inputs: any;
}

interface NewResource {
  type: string;
  name: string;
  id?: string;
  custom?: boolean;
  inputs: Record<string, unknown>;
}

export const ACCOUNT = "111111111111";

/** Plays AWS's answers as far as other resources are made of them: names, ARNs, addresses. */
export function mocks(region: string, resources: Resource[]) {
  return {
    newResource({ type, name, id: given, custom, inputs }: NewResource) {
      // A custom resource without an id would count as not made; a component has none.
      const id = given || (custom ? `${name}-id` : "");
      resources.push({ type, name, id, inputs });
      return { id, state: { ...inputs, ...answersOf(type, name, id, inputs, region) } };
    },
    call({ token, inputs }: { token: string; inputs: Record<string, unknown> }) {
      if (token.startsWith("aws:index/getRegion")) return { region, name: region, id: region };
      if (token.startsWith("aws:index/getCallerIdentity")) return { accountId: ACCOUNT };
      if (token.startsWith("aws:index/getPartition")) return { partition: "aws" };
      if (token.startsWith("aws:iam/getPolicyDocument"))
        return { ...inputs, json: JSON.stringify({ Statement: inputs.statements }) };
      return inputs;
    },
  };
}

function answersOf(
  type: string,
  name: string,
  id: string,
  inputs: Record<string, unknown>,
  region: string,
): Record<string, unknown> {
  if (type.startsWith("random:")) return { base64: "AAAA", hex: "aabb", result: "rand" };
  if (!type.startsWith("aws:")) return {};
  const physical = String(inputs.name ?? inputs.bucket ?? name);
  const service = type.split(":")[1]?.split("/")[0];
  const arn = type.startsWith("aws:s3/bucket")
    ? `arn:aws:s3:::${physical}`
    : type.startsWith("aws:lambda/function:")
      ? `arn:aws:lambda:${region}:${ACCOUNT}:function:${physical}`
      : `arn:aws:${service}:${region}:${ACCOUNT}:${physical}`;
  const common = { arn, name: physical };
  switch (type) {
    case "aws:sqs/queue:Queue":
      return { ...common, url: `https://sqs.${region}.amazonaws.com/${ACCOUNT}/${physical}` };
    case "aws:s3/bucket:Bucket":
      return { ...common, bucket: physical, bucketDomainName: `${physical}.s3.amazonaws.com` };
    case "aws:lambda/function:Function":
      return { ...common, qualifiedArn: `${arn}:$LATEST`, invokeArn: arn, qualifiedInvokeArn: arn };
    case "aws:apigatewayv2/api:Api":
      return {
        ...common,
        apiEndpoint: `https://${id}.execute-api.${region}.amazonaws.com`,
        executionArn: arn,
      };
    default:
      return common;
  }
}
