/** `type` of the ApplicationFailures that activities throw; the workflow words the reply by it. */
export const FAILURE = {
  /** The provider refused the request for good: key, model name, content. */
  modelRefused: 'ModelRefused',
  /** The provider refused the request because it is too long for the model. */
  contextTooLong: 'ContextTooLong',
  /** The model did not stop, and would not if it were asked again. */
  answerTooLong: 'AnswerTooLong',
  /** The provider is busy or broken; worth another attempt. */
  modelUnavailable: 'ModelUnavailable',
  /** What is remembered could not be read; worth another attempt. */
  memoryUnavailable: 'MemoryUnavailable',
  /** The platform refused the message for good: blocked, chat gone. */
  deliveryRefused: 'DeliveryRefused',
  /** The platform is busy or broken; worth another attempt. */
  deliveryUnavailable: 'DeliveryUnavailable',
  /** The tool reported an error that another run will not mend. */
  toolFailed: 'ToolFailed',
  /** Cut short while it ran, by the worker's shutdown or the loss of what the tool acts through: it may have acted. */
  interrupted: 'Interrupted',
  /** Its worker died each time, as often as may be. */
  workerLost: 'WorkerLost',
} as const;
