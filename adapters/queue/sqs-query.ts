/**
 * The older protocol, forms there and XML back, which Yandex Message Queue speaks; AWS understands both. It lies in a file of its own so that
 * functions in AWS, which speak JSON, do not carry it.
 */
export { AwsQueryProtocol as queryProtocol } from "@aws-sdk/core/protocols";
