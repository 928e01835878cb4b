FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY src/SshMqttBridge/SshMqttBridge.csproj src/SshMqttBridge/
RUN dotnet restore src/SshMqttBridge
COPY src/ src/
RUN dotnet publish src/SshMqttBridge -c Release --no-restore -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
USER root
RUN apt-get update \
    && apt-get install -y --no-install-recommends libssh-4 libmosquitto1 \
    && rm -rf /var/lib/apt/lists/* \
    && mkdir -p /config /files /state \
    && chown "$APP_UID" /files /state
COPY --from=build /app /app
# The user that the runtime image brings along.
USER $APP_UID
WORKDIR /config
VOLUME ["/files", "/state"]
ENV SSHMQTT__FILES__BASEDIRECTORY=/files \
    SSHMQTT__STATEDIRECTORY=/state
ENTRYPOINT ["/app/SshMqttBridge"]
CMD ["run", "--config", "/config/bridge.yaml"]
