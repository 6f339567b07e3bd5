import type { Draft } from '../generated/bridge';

/** The draft with these people and groups first; with everybody, when there is no such list. */
export const withRing =
  (ring: readonly string[] | undefined) =>
  (draft: Draft): Draft => {
    const after = { ...draft };
    if (ring === undefined) delete after.ring;
    else after.ring = [...ring];
    return after;
  };
