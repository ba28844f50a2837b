# One image for every process: docker-compose.yml says which one a container runs.
FROM node:24-slim AS build
WORKDIR /app
COPY . .
# Generates the clients, the resolvers' types and the supergraph; then what only that needs goes.
RUN npm ci && npm prune --omit=dev --ignore-scripts

FROM node:24-slim
ENV NODE_ENV=production APOLLO_TELEMETRY_DISABLED=1
WORKDIR /app
# Volumes that are mounted here belong to the user that the processes run as.
RUN mkdir -p /keys /sandbox && chown node:node /keys /sandbox
COPY --from=build --chown=node:node /app /app
USER node
CMD ["node", "gateway/main.ts"]
