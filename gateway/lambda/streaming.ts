import { streamHandle } from 'hono/aws-lambda';
import { createLambdaGateway } from './create-lambda-gateway.ts';

/** The AWS Lambda handler for function URLs whose invoke mode is RESPONSE_STREAM: answers get through as they are written. */
export const handler = streamHandle(await createLambdaGateway(true));
