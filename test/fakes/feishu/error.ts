/** An error answer of the Open API. */
export class OpenApiError extends Error {
  override name = 'OpenApiError';
  readonly status: number;
  readonly code: number;
  constructor(code: number, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export function invalid(reason: string): OpenApiError {
  return new OpenApiError(230001, `Your request contains an invalid request parameter, ext=${reason}.`);
}
