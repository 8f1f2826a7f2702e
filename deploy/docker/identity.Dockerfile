# The development identity provider, for a look at the product without one of your own; it refuses production.
ARG NODE_IMAGE=node:24-slim
# hadolint ignore=DL3006
FROM ${NODE_IMAGE}
WORKDIR /app
COPY libs/devstack/src/devstack/provider/package.json libs/devstack/src/devstack/provider/package-lock.json ./
COPY deploy/docker/site /usr/local/bin/
RUN --mount=type=secret,id=ca site npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error
COPY libs/devstack/src/devstack/provider/*.mjs ./
USER 10001:10001
ENTRYPOINT ["node"]
CMD ["server.mjs"]
