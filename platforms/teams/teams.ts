import type { Platform } from '../platform.ts';
import { createTeamsAccess, type TeamsAccess } from './access.ts';
import { createTeamsApi } from './api.ts';
import { createTeamsInbound } from './inbound.ts';
import { createTeamsOutbound } from './outbound.ts';
import { createVerify } from './verify.ts';

export interface TeamsOptions extends TeamsAccess {
  /** Says where the keys are that requests are signed with. */
  openIdMetadataUrl: string;
  /** In place of the service URL of every message. */
  apiBaseUrl?: string | undefined;
}

/** The platform `teams`. */
export function createTeams(options: TeamsOptions): Platform {
  const api = createTeamsApi(createTeamsAccess(options), options.apiBaseUrl);
  const verify = createVerify(options.appId, options.openIdMetadataUrl);
  return {
    name: 'teams',
    inbound: createTeamsInbound(verify, api, options.tenantId),
    outbound: createTeamsOutbound(api),
  };
}
