import { describeModelFailure } from '../models/model-failure.ts';
import type { ShownFile, ShownFiles } from '../models/shown-files.ts';
import { type StepRequest, type StepResult, streamStep } from '../models/stream-step.ts';

const REFUSED: ShownFile = { note: 'the model did not take it' };

/**
 * A model step that a file cannot stop: if the provider refuses the request, it is asked once more with a note in the place of
 * each picture and PDF, so that one bad file never ends a conversation.
 */
export async function stepWithFiles(
  request: StepRequest & { files: ShownFiles },
  step: (request: StepRequest) => Promise<StepResult> = streamStep,
): Promise<StepResult> {
  const carried = [...request.files].filter(([, file]) => 'bytes' in file);
  let said = false;
  try {
    return await step({
      ...request,
      onText(delta) {
        said = true;
        request.onText(delta);
      },
    });
  } catch (error) {
    if (carried.length === 0 || said || describeModelFailure(error).kind !== 'refused') throw error;
    request.signal.throwIfAborted();
    const notes = carried.map(([key]): [string, ShownFile] => [key, REFUSED]);
    return step({ ...request, files: new Map([...request.files, ...notes]) });
  }
}
