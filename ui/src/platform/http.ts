import { asCommandError, CallFailed, unreadable, type Transport } from './transport';

/** Calls the test host: the same origin, one address per command. Used where no Tauri window is around. */
export const http: Transport = async (name, request) => {
  let response: Response;
  try {
    response = await fetch(`/call/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
  } catch {
    throw new CallFailed(unreadable('host-unreachable'));
  }
  let body: unknown;
  try {
    body = await response.json();
  } catch {
    throw new CallFailed(unreadable('host-answer'));
  }
  if (!response.ok) throw new CallFailed(asCommandError(body));
  return body;
};
