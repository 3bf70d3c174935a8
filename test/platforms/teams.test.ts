import { startTeamsRig } from '../fakes/teams/rig.ts';
import { platformContract } from './contract.ts';

platformContract('teams', () => startTeamsRig());
