const lengthMax = 254; // RFC 5321, section 4.5.3.1, less its angle brackets
const shape = /^[^\s@\p{Cc}]{1,64}@[^\s@\p{Cc}]+$/u;

/** The address in the one form in which it is kept and compared, or null when it is none. */
export function normalizeEmail(text: string): string | null {
  const email = text.trim().normalize('NFC').toLowerCase();
  return email.length <= lengthMax && shape.test(email) ? email : null;
}
