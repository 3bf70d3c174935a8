import { startMatrixRig } from '../fakes/matrix/rig.ts';
import { platformContract } from './contract.ts';

platformContract('matrix', startMatrixRig);
