# A base for the services' images where none can be pulled: Debian's own Python on a bare Debian.
# `make images OFFLINE=1` makes that Debian by debootstrap and takes the mirror from this machine.
ARG DEBIAN_IMAGE=debian:bookworm-slim
# hadolint ignore=DL3006
FROM ${DEBIAN_IMAGE}
# hadolint ignore=DL3005,DL3008
RUN --mount=type=cache,target=/var/cache/apt \
    apt-get update \
 && apt-get upgrade --yes \
 && apt-get install --yes --no-install-recommends ca-certificates python3 python3-venv \
 && rm -rf /var/lib/apt/lists/*
