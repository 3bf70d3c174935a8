import { type Homeserver, matrixPath } from './homeserver.ts';

/** Makes the bot's account on the homeserver, if it is not there yet: without one it can talk, but nobody finds it. */
export async function registerUser(
  homeserver: Homeserver,
  userId: string,
  signal: AbortSignal,
): Promise<void> {
  await homeserver.ask({
    what: 'register',
    path: matrixPath`/_matrix/client/v3/register`,
    method: 'POST',
    json: {
      type: 'm.login.application_service',
      username: userId.slice(1, userId.indexOf(':')),
      inhibit_login: true,
    },
    signal,
  });
}
