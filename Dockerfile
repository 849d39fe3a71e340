# syntax=docker/dockerfile:1

# The builder has the compiler; nothing of it but one binary reaches the image that runs.
FROM rust:1.95-slim-bookworm AS builder
WORKDIR /build
COPY . .
# The two cache mounts keep the downloaded crates and what was compiled from one build to the next,
# so that a changed source file recompiles the workspace and not its dependencies. A cache mount is
# no part of the layer, hence the copy out of it.
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,target=/build/target,sharing=locked \
    cargo build --release --locked --package concertation --bin concertation \
    && cp target/release/concertation /usr/local/bin/concertation

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="Concertation" \
      org.opencontainers.image.licenses="EUPL-1.2"

# A number and not a name: an orchestrator can then see by itself that it is not root.
# A named volume takes the owner and mode of the folder that it is first mounted on.
RUN groupadd --gid 10001 concertation \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin concertation \
    && install --directory --owner 10001 --group 10001 --mode 0750 /data /secrets

COPY --from=builder /usr/local/bin/concertation /usr/local/bin/concertation
COPY LICENSE /usr/share/doc/concertation/LICENSE

ENV CONCERTATION_LISTEN=0.0.0.0:8080 \
    CONCERTATION_DATA_DIR=/data
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM

# Ready means: answers, reaches its database, and every migration is applied. bash opens the
# connection by itself, so that no HTTP client has to be installed.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${CONCERTATION_LISTEN##*:} && printf 'GET /readyz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]

ENTRYPOINT ["concertation"]
CMD ["serve"]
