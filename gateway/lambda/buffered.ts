import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { createLambdaGateway } from './create-lambda-gateway.ts';
import { encodedPath } from './encoded-path.ts';

/** An event in format 2.0. */
type HttpEvent = Extract<LambdaEvent, { rawPath: string }>;

/** API Gateway gives a function up after 30 seconds, and nobody sees anything of an answer before it has ended. */
const LONGEST_MS = 25_000;

const answer = handle(await createLambdaGateway(false, LONGEST_MS));

/** The AWS Lambda handler for function URLs and HTTP APIs of API Gateway: events in format 2.0, each answered as a whole. */
export const handler = (event: HttpEvent, context: LambdaContext) =>
  answer({ ...event, rawPath: encodedPath(event.rawPath) }, context);
