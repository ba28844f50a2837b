export { AppError, NotFound } from './app-error.ts';
export { Refusal } from './refusal.ts';
export { Unavailable } from './unavailable.ts';
