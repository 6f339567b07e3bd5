// Microsoft's page says `goto-`, GoTo's help pages say `logmein-`: the text that the admin was shown is kept.
const line = /(goto|logmein)-verification-code=([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})/i;
const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

const withoutQuotes = (text: string): string => text.trim().replace(/^["'“”‘’]+|["'“”‘’]+$/g, '').trim();

/** Whether this is the whole verification line, with a code in it. */
export const looksLikeLine = (text: string): boolean => line.test(text);

/** The whole line that is published. What is no code stays as it was typed, so that nothing is lost while typing. */
export function verificationText(text: string): string {
  const plain = withoutQuotes(text);
  const found = line.exec(plain);
  if (found !== null) return found[0];
  return uuid.test(plain) ? `goto-verification-code=${plain}` : text.trim();
}

/** GoTo's file name goes with the prefix of the text. */
export const fileName = (text: string): string => (text.startsWith('logmein-') ? 'logmein-verification-code.txt' : 'goto-verification-code.txt');
