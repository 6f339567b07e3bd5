import type { CommandError } from '../generated/bridge';

/** Carries one call to a host. Types are restored by `call`. */
export type Transport = (name: string, request: object) => Promise<unknown>;

/** A `CommandError` on its way: rejections are `Error`s, so that nothing else can be thrown by mistake. */
export class CallFailed extends Error {
  constructor(readonly command: CommandError) {
    super(command.message.id);
  }
}

/** An error for a host that did not answer in the agreed form. */
export function unreadable(id: string, detail?: string): CommandError {
  return {
    code: 'unreachable',
    message: { id },
    retryable: true,
    ...(detail === undefined ? {} : { details: [{ name: 'host', value: detail }] }),
  };
}

/** Whether something thrown is a `CommandError`. */
export function isCommandError(error: unknown): error is CommandError {
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error && 'retryable' in error;
}

/** Whatever was thrown, as a `CommandError`. */
export function asCommandError(error: unknown): CommandError {
  if (error instanceof CallFailed) return error.command;
  if (isCommandError(error)) return error;
  return unreadable('host-answer', error instanceof Error ? error.message : String(error));
}
