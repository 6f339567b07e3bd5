import type { Commands } from '../generated/bridge';
import { http } from './http';
import { tauri } from './tauri';
import { asCommandError, CallFailed, type Transport } from './transport';

const transport: Transport = '__TAURI_INTERNALS__' in window ? tauri : http;

/** Calls one command of the bridge. Rejects with `CallFailed`, never with anything else. */
export async function call<K extends keyof Commands>(
  name: K,
  request: Commands[K]['request'],
): Promise<Commands[K]['response']> {
  try {
    return (await transport(name, request)) as Commands[K]['response'];
  } catch (error) {
    throw error instanceof CallFailed ? error : new CallFailed(asCommandError(error));
  }
}
