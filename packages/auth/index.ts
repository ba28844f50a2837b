export { createAuthenticator, Unauthenticated, type Authenticate } from './authenticate.ts';
export { Forbidden } from './forbidden.ts';
export { anonymous, isAnonymous, isService, serviceItself, type Principal } from './principal.ts';
export { generateServiceKeyPair, importServiceKey } from './service-keys.ts';
export { createAuthorize, type Authorize } from './sign.ts';
