# The image holds the program and what it needs: the C library, OpenSSL, certificates, time zones, a user. No shell and no package manager.
#   docker build -t ssh-mqtt-bridge .
#   docker build -t ssh-mqtt-bridge --build-arg SSH=libssh .     for 'sshLibrary: libssh': Ubuntu with libssh
ARG SSH=sshnet

FROM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
WORKDIR /source
RUN apt-get update \
    && apt-get install -y --no-install-recommends clang lld llvm libsqlite3-dev \
    && rm -rf /var/lib/apt/lists/*
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY scripts/ scripts/
COPY src/ src/
RUN scripts/build && mkdir /empty /image /image/app /image/config && mv artifacts/*/SshMqttBridge /image/app/

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled-extra AS with-sshnet

FROM ubuntu:noble AS with-libssh
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates tzdata libssl3t64 libssh-4 \
    && rm -rf /var/lib/apt/lists/*

FROM with-${SSH}
COPY --from=build /image/ /
COPY --from=build --chown=1654:1654 /empty /files
COPY --from=build --chown=1654:1654 /empty /state
# The one that .NET's images have; it needs no name.
USER 1654:1654
WORKDIR /config
VOLUME ["/files", "/state"]
ENV SSHMQTT__FILES__BASEDIRECTORY=/files \
    SSHMQTT__STATEDIRECTORY=/state
HEALTHCHECK --interval=60s --timeout=20s --start-period=30s CMD ["/app/SshMqttBridge", "health", "--config", "/config/bridge.yaml"]
ENTRYPOINT ["/app/SshMqttBridge"]
CMD ["run", "--config", "/config/bridge.yaml"]
