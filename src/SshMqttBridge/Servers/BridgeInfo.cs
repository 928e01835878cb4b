using System.Text.Json;
using System.Threading.Channels;
using SshMqttBridge.Actions;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Policies;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>
/// Publishes <c>ssh/bridge/info</c>: the version, and the servers with their settings and states, without secrets. A shard publishes
/// it on <c>ssh/bridge/info/SHARD</c>, and only the ids on <c>ssh/bridge/shards/SHARD</c>, for the other bridges. Coalesces changes
/// that follow each other closely.
/// </summary>
internal sealed class BridgeInfo
{
    private static readonly TimeSpan MinimumInterval = TimeSpan.FromSeconds(1);

    private readonly TopicScheme _topics;
    private readonly Outbox _outbox;
    private readonly ServerSet _servers;
    private readonly CurrentOptions _options;
    private readonly TimeProvider _time;

    // Holds at most one signal: the information has changed.
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    private volatile bool _isAnnounced;

    /// <param name="options">The configuration in force.</param>
    /// <param name="topics">The bridge's topics.</param>
    /// <param name="outbox">Sends the messages.</param>
    /// <param name="servers">The servers.</param>
    /// <param name="time">The clock.</param>
    public BridgeInfo(CurrentOptions options, TopicScheme topics, Outbox outbox, ServerSet servers, TimeProvider time)
    {
        _options = options;
        _topics = topics;
        _outbox = outbox;
        _servers = servers;
        _time = time;
        StartedAt = time.GetUtcNow();
        servers.Changed += (_, _) => _changes.Writer.TryWrite(true);
    }

    /// <summary>What distinguishes this bridge from others on the base topic: its client id.</summary>
    public string Instance => _options.Value.Mqtt.ClientId;

    public DateTimeOffset StartedAt { get; }

    /// <summary>Publishes it soon, also if nothing has changed: other bridges read it.</summary>
    public void Announce()
    {
        _isAnnounced = true;
        _changes.Writer.TryWrite(true);
    }

    /// <summary>Publishes now and after each change, until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        Announce();
        try
        {
            while (true)
            {
                await _changes.Reader.ReadAsync(stop);
                Publish();
                await Task.Delay(MinimumInterval, _time, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // Shutting down: publish the last changes too.
            Publish();
            Withdraw();
        }
    }

    private void Publish()
    {
        var options = _options.Value;
        if (_isAnnounced && options.Shard is { } shard)
        {
            _isAnnounced = false;
            _outbox.Post(new MqttPublication(_topics.ShardOf(shard), ToJson(options, WriteId), Retain: true));
        }

        _outbox.Post(new MqttPublication(_topics.InfoOf(options.Shard), ToJson(options, Write), Retain: true));
    }

    /// <summary>A shard that has ended is none.</summary>
    private void Withdraw()
    {
        if (_options.Value.Shard is { } shard)
        {
            _outbox.Post(new MqttPublication(_topics.ShardOf(shard), default, Retain: true));
        }
    }

    private byte[] ToJson(BridgeOptions options, Action<Utf8JsonWriter, Server> writeServer)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, BridgeJson.Writer))
        {
            json.WriteStartObject();
            json.WriteString("version", BridgeVersion.Text);
            json.WriteString("instance", Instance);
            json.WriteString("startedAt", UtcMillisecondsConverter.ToText(StartedAt));
            if (options.Group is { } group)
            {
                json.WriteString("group", group.Instance);
            }

            if (options.Shard is { } shard)
            {
                json.WriteString("shard", shard);
            }

            json.WriteStartArray("servers");
            foreach (var server in _servers.All)
            {
                writeServer(json, server);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteId(Utf8JsonWriter json, Server served)
    {
        json.WriteStartObject();
        json.WriteString("id", served.Options.Id);
        json.WriteBoolean("served", served.IsServed);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Server served)
    {
        var (server, connection) = (served.Options, served.Connection);
        json.WriteStartObject();
        json.WriteString("id", server.Id);
        json.WriteBoolean("served", served.IsServed);
        json.WriteString("connection", connection.IsOnline ? "online" : "offline");
        json.WriteString("reason", connection.Fault is { } fault ? CamelCase.Of(fault) : null);
        json.WriteString("message", connection.Message);
        json.WriteBoolean("problem", served.HasProblem);
        json.WriteString("host", server.Host);
        json.WriteNumber("port", server.Port);
        json.WriteString("user", server.User);
        json.WriteString(
            "stdout",
            server.StandardOutput switch
            {
                StandardOutputMode.AtEnd => "true",
                StandardOutputMode.Never => "false",
                _ => "line",
            }
        );
        json.WriteString("exitStatus", server.ExitStatus == ExitStatusRule.Optional ? "optional" : "required");
        json.WriteString("stop", server.Stop == StopRule.Signal ? "signal" : "auto");
        json.WriteString("lineSeparator", server.LineSeparator);
        json.WriteBoolean("persistentConnection", server.PersistentConnection);
        json.WriteBoolean("shutdownWhenInactive", server.ShutdownWhenInactive);
        json.WriteString(
            "hostKey",
            server.HostKey.Mode switch
            {
                HostKeyMode.AcceptNew => "accept-new",
                HostKeyMode.Strict => "strict",
                _ => server.HostKey.Fingerprint,
            }
        );
        json.WriteString("sshLibrary", server.SshLibrary == SshLibrary.LibSsh ? "libssh" : "sshnet");
        Write(json, connection.Algorithms);
        json.WriteNumber("queueLimit", server.QueueLimit);
        json.WriteNumber("maxOutputBytes", server.MaxOutputBytes);
        json.WriteNumber("connectTimeout", server.ConnectTimeout.TotalSeconds);
        json.WriteNumber("keepAlive", server.KeepAlive.TotalSeconds);
        json.WriteNumber("keepAliveCount", server.KeepAliveCount);
        json.WriteNumber("transferTimeout", server.TransferTimeout.TotalSeconds);
        json.WriteNumber("idleTimeout", server.IdleTimeout.TotalSeconds);
        Write(json, server.Policy);
        ActionInfo.Write(json, server.Actions);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, NegotiatedAlgorithms? negotiated)
    {
        if (negotiated is null)
        {
            json.WriteNull("algorithms");
            return;
        }

        json.WriteStartObject("algorithms");
        json.WriteString("keyExchange", negotiated.KeyExchange);
        json.WriteString("hostKey", negotiated.HostKey);
        json.WriteString("cipherOut", negotiated.CipherOut);
        json.WriteString("cipherIn", negotiated.CipherIn);
        json.WriteString("macOut", negotiated.MacOut);
        json.WriteString("macIn", negotiated.MacIn);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ServerPolicy policy)
    {
        if (policy.Commands.Patterns is { Count: > 0 } patterns)
        {
            json.WriteStartArray("commands");
            foreach (var pattern in patterns)
            {
                json.WriteStringValue(pattern.Text);
            }

            json.WriteEndArray();
        }
        else
        {
            json.WriteString("commands", policy.Commands == CommandRule.Any ? "any" : "actions");
        }

        json.WriteString("transfers", policy.Transfers.ToText());
        json.WriteString("rateLimit", policy.RateLimit?.ToString() ?? "none");
    }
}
