import { type Served, serve } from '../support/serve.ts';

const FUNCTION = /^\/2015-03-31\/functions\/([^/]+)(\/invocations)?$/;

/** The part of AWS Lambda's API that Temporal's worker controller uses, with one function. */
export class FakeLambdaApi {
  readonly arn: string;
  /** Invocations that were taken. */
  invocations = 0;
  readonly #invoke: () => void;
  #served!: Served;

  private constructor(arn: string, invoke: () => void) {
    this.arn = arn;
    this.#invoke = invoke;
  }

  /** `invoke` is called for each invocation, which nobody waits for. */
  static async start(arn: string, invoke: () => void): Promise<FakeLambdaApi> {
    const fake = new FakeLambdaApi(arn, invoke);
    fake.#served = await serve(({ method, url = '', headers }, _, response) => {
      const { status, body } = fake.#answer(method, url, headers);
      response.writeHead(status, { 'content-type': 'application/json' }).end(body && JSON.stringify(body));
    });
    return fake;
  }

  /** For AWS_ENDPOINT_URL. */
  get url(): string {
    return this.#served.url;
  }

  close(): Promise<void> {
    return this.#served.close();
  }

  #answer(method: string | undefined, url: string, headers: NodeJS.Dict<string | string[]>) {
    const refused = (status: number, Message: string) => ({ status, body: { Type: 'User', Message } });
    if (!String(headers.authorization).startsWith('AWS4-HMAC-SHA256 ')) return refused(403, 'not signed');
    const [path = ''] = url.split('?');
    const [, name = '', isInvocation] = FUNCTION.exec(path) ?? [];
    if (decodeURIComponent(name) !== this.arn) return refused(404, `Function not found: ${name}`);
    if (method === 'GET' && !isInvocation) {
      return { status: 200, body: { Configuration: { FunctionArn: this.arn, State: 'Active' } } };
    }
    if (method !== 'POST' || !isInvocation || headers['x-amz-invocation-type'] !== 'Event')
      return refused(400, `${method} ${path}`);
    this.invocations += 1;
    this.#invoke();
    return { status: 202, body: undefined };
  }
}
