import { invoke } from '@tauri-apps/api/core';
import type { Transport } from './transport';

/** Calls the window's own process. An error arrives as a `CommandError` object, or as text when the command never ran. */
export const tauri: Transport = (name, request) => invoke(name, { request });
