import { readEnvironment } from '../config/environment.ts';
import { createLog } from '../config/log.ts';
import { createGateway } from './create-gateway.ts';

/**
 * The gateway as a web-standard handler, for whatever calls `fetch` of a module on Node. A request's signal, if it has one, ends what
 * waits for its answer.
 */
const environment = readEnvironment();
const { fetch } = await createGateway(environment, createLog(environment), { streams: true });

export default { fetch };
