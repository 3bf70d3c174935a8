import { startGoogleChatRig } from '../fakes/google-chat/rig.ts';
import { platformContract } from './contract.ts';

platformContract('google-chat', () => startGoogleChatRig());
