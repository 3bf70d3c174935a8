import { startWhatsAppRig } from '../fakes/whatsapp/rig.ts';
import { platformContract } from './contract.ts';

platformContract('whatsapp', startWhatsAppRig);
