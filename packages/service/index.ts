export { CircuitBreaker } from './circuit-breaker.ts';
export {
  ConfigError,
  httpUrl,
  integer,
  onOrOff,
  optional,
  postgresUrl,
  redisUrl,
  required,
  serviceConfig,
  type ServiceConfig,
} from './config.ts';
export { serveSubgraph } from './graph-server.ts';
export {
  healthRoutes,
  readBody,
  sendJson,
  serveHttp,
  type HttpServer,
  type Route,
} from './http-server.ts';
export { readServiceIdentity } from './key-files.ts';
export { createLogger, type Logger } from './logger.ts';
export { problemOf, problemType, sendProblem, type Problem } from './problem.ts';
export { runUntilStopped, type Running } from './process.ts';
export { createSibling, type Sibling } from './sibling.ts';
