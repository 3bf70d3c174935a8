/** An error answer of a homeserver. */
export class MatrixError extends Error {
  override name = 'MatrixError';
  readonly status: number;
  readonly errcode: string;
  constructor(status: number, errcode: string, message: string) {
    super(message);
    this.status = status;
    this.errcode = errcode;
  }
}
