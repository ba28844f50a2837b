export { AppError, NotFound } from './app-error.ts';
export { BadInput } from './bad-input.ts';
export { Refusal } from './refusal.ts';
export { Unavailable } from './unavailable.ts';
