import { describeModelFailure } from '../models/model-failure.ts';
import type { ShownFile, ShownFiles } from '../models/shown-files.ts';
import { type StepRequest, type StepResult, streamStep } from '../models/stream-step.ts';

const REFUSED: ShownFile = { note: 'the model did not take it' };

/** From this attempt on, files are taken for the cause of any failure: some servers break on what they cannot read. */
const SUSPECT_FROM_ATTEMPT = 4;

/**
 * A model step that a file cannot stop: if the provider refuses the request, it is asked once more with a note in the place of
 * each picture and PDF, so that one bad file never ends a conversation.
 */
export async function stepWithFiles(
  request: StepRequest & { files: ShownFiles; attempt: number },
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
    const suspect = request.attempt >= SUSPECT_FROM_ATTEMPT || describeModelFailure(error).kind === 'refused';
    if (carried.length === 0 || said || !suspect) throw error;
    request.signal.throwIfAborted();
    const notes = carried.map(([key]): [string, ShownFile] => [key, REFUSED]);
    return step({ ...request, files: new Map([...request.files, ...notes]) });
  }
}
