import { startDiscordRig } from '../fakes/discord/rig.ts';
import { platformContract } from './contract.ts';

platformContract('discord', startDiscordRig);
