# One image for every process: docker-compose.yml says which one a container runs.
FROM node:24-slim AS build
WORKDIR /app
COPY . .
# Generates the clients, the resolvers' types and the supergraph; then what only that needs goes.
RUN npm ci && npm prune --omit=dev --ignore-scripts

FROM node:24-slim
ENV NODE_ENV=production APOLLO_TELEMETRY_DISABLED=1
WORKDIR /app
# A new volume takes its owner from the folder that it is mounted at: the user that the processes run as.
RUN cd / && mkdir -p sandbox keys/gateway keys/catalogue keys/identity keys/provisioning keys/orders keys/public \
  && chown -R node:node sandbox keys
COPY --from=build --chown=node:node /app /app
USER node
CMD ["node", "gateway/main.ts"]
