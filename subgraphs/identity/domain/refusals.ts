import { Refusal } from '#errors';

export function emailInvalid(): Refusal {
  return new Refusal('EMAIL_INVALID', 'Give an e-mail address such as ada@example.com.', [
    'input',
    'email',
  ]);
}

/** The same words whether the address or the password is wrong: neither tells who has an account. */
export function invalidCredentials(): Refusal {
  return new Refusal('INVALID_CREDENTIALS', 'The e-mail address or the password is wrong.');
}

export function tooManyAttempts(until: Date): Refusal {
  return new Refusal(
    'TOO_MANY_ATTEMPTS',
    `There were too many failed attempts; try again at ${until.toISOString()}.`,
  );
}

export function accountLocked(): Refusal {
  return new Refusal('ACCOUNT_LOCKED', 'This account is locked; ask the operator to unlock it.');
}

export function invalidRefreshToken(): Refusal {
  return new Refusal('INVALID_REFRESH_TOKEN', 'This is no refresh token of ours; sign in again.', [
    'refreshToken',
  ]);
}

export function sessionEnded(): Refusal {
  return new Refusal('SESSION_ENDED', 'The session has ended; sign in again.', ['refreshToken']);
}

export function refreshTokenReused(): Refusal {
  return new Refusal(
    'REFRESH_TOKEN_REUSED',
    'This refresh token was used before, so the session was ended; sign in again.',
    ['refreshToken'],
  );
}

export function roleUnknown(): Refusal {
  return new Refusal('ROLE_UNKNOWN', 'There is no role of this name.', ['role']);
}

export function permissionLacking(permissions: readonly string[]): Refusal {
  return new Refusal(
    'PERMISSION_LACKING',
    `This role gives what you may not do yourself: ${permissions.join(', ')}.`,
    ['role'],
  );
}

export function lastAdministrator(): Refusal {
  return new Refusal(
    'LAST_ADMINISTRATOR',
    'Nobody would be left who keeps people; make somebody else an administrator first.',
  );
}

export function lockReasonInvalid(): Refusal {
  return new Refusal(
    'LOCK_REASON_INVALID',
    'Give a reason in one line, of 500 characters at most.',
    ['reason'],
  );
}
