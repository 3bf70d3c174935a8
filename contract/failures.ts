/** `type` of the ApplicationFailures that activities throw; the workflow words the reply by it. */
export const FAILURE = {
  /** The provider refused the request for good: key, model name, content. */
  modelRefused: 'ModelRefused',
  /** The provider refused the request because it is too long for the model. */
  contextTooLong: 'ContextTooLong',
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
  /** The worker was shut down while the activity ran. */
  interrupted: 'Interrupted',
} as const;
