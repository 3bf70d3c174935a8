import { randomUUID } from 'node:crypto';

/** A request as its client sends it. */
export interface LambdaRequest {
  method?: string;
  /** Percent-encoded, with the query. */
  url: string;
  headers?: Record<string, string>;
  body?: string;
}

/** What the front door answers. */
export interface LambdaAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
  isBase64Encoded: boolean;
}

/** The event of a function URL, in the shape of AWS's documentation; `binary`: of a content type that it takes for no text. */
export function functionUrlEvent({ method = 'GET', url, headers = {}, body }: LambdaRequest, binary = false) {
  return {
    ...event(method, url, headers, 'abcdefghij.lambda-url.eu-central-1.on.aws'),
    ...bodyOf(body, binary),
  };
}

/** The event of an HTTP API of API Gateway, payload format 2.0: its path is decoded. */
export function httpApiEvent({ method = 'GET', url, headers = {}, body }: LambdaRequest) {
  const encoded = event(method, url, headers, 'abcdefghij.execute-api.eu-central-1.amazonaws.com');
  const rawPath = decodeURIComponent(encoded.rawPath);
  const { requestContext: context } = encoded;
  const requestContext = { ...context, http: { ...context.http, path: rawPath }, accountId: '123456789012' };
  return { ...encoded, rawPath, requestContext, ...bodyOf(body, false) };
}

/** The text of an answer's body. */
export function textOf({ body, isBase64Encoded }: LambdaAnswer): string {
  return isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;
}

function bodyOf(body: string | undefined, binary: boolean) {
  if (body === undefined) return { isBase64Encoded: false };
  return { body: binary ? Buffer.from(body).toString('base64') : body, isBase64Encoded: binary };
}

function event(method: string, url: string, headers: Record<string, string>, domainName: string) {
  const { pathname, search, searchParams } = new URL(url, `https://${domainName}`);
  const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: pathname,
    rawQueryString: search.slice(1),
    headers: {
      'x-amzn-trace-id': 'Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e',
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
      host: domainName,
      accept: '*/*',
      ...Object.fromEntries(lowerCase),
    },
    ...(searchParams.size > 0 ? { queryStringParameters: Object.fromEntries(searchParams) } : {}),
    requestContext: {
      accountId: 'anonymous',
      apiId: domainName.split('.')[0],
      domainName,
      domainPrefix: domainName.split('.')[0],
      http: { method, path: pathname, protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', userAgent: 'tests' },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: '30/Nov/2026:05:40:00 +0000',
      timeEpoch: 1796017200000,
    },
  };
}
