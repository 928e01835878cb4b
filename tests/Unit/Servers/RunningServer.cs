using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using SshMqttBridge.Actions;
using SshMqttBridge.Audit;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Events;
using SshMqttBridge.Inbound;
using SshMqttBridge.Journal;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Servers;
using SshMqttBridge.Ssh;
using SshMqttBridge.Transfers;

namespace SshMqttBridge.Tests.Unit.Servers;

/// <summary>
/// The real server <c>nas</c> on a transport, a clock and a broker that the test controls, with a journal in a temporary folder.
/// </summary>
internal sealed class RunningServer : IAsyncDisposable
{
    /// <summary>How long the bridge must not run for its commands to expire.</summary>
    public static readonly TimeSpan InterruptionLimit = TimeSpan.FromDays(1);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _deadline = new();
    private readonly CancellationTokenSource _brokerGone = new();
    private readonly BaseDirectory _baseDirectory;
    private readonly ServerSet _set;
    private readonly ServerIndex _index;
    private readonly ActionCatalog _actions;
    private readonly CommandParser _parser;
    private readonly Lock _gate = new();
    private readonly List<MqttPublication> _published = [];
    private readonly Task _running;
    private readonly Task _broker;
    private readonly TaskCompletionSource<Exception> _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _stateChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RunningServer(
        Func<ServerOptions, ServerOptions>? configure = null,
        Outbox? outbox = null,
        bool isBrokerThere = true,
        Func<RunningServer, ICommandRecords>? records = null
    )
    {
        Interruptions = new InterruptionMonitor(InterruptionLimit, Clock);
        var options = new ServerOptions
        {
            Id = "nas",
            Host = "192.0.2.10",
            User = "admin",
            Password = new Secret("secret"),
            KeyDirectory = _folder.Path,
        };
        options = configure?.Invoke(options) ?? options;
        _index = new ServerIndex([options]);
        _actions = new ActionCatalog([options]);
        var topics = new TopicScheme("ssh");
        Outbox = outbox ?? new Outbox();
        Journal = new CommandJournal(_folder["journal.db"], Clock);
        _baseDirectory = new BaseDirectory(_folder["files"]);
        var factory = new ServerFactory(
            topics,
            Outbox,
            new ResultPublisher(topics, Outbox, _index),
            Journal,
            records?.Invoke(this) ?? new NoCommandRecords(),
            AuditLog.Off,
            Events,
            _ => Transport,
            new KnownHosts(_folder["known_hosts"]),
            _baseDirectory,
            new ConnectThrottle(Clock),
            Interruptions,
            new CurrentOptions(BridgeWith(options)),
            Clock,
            NullLoggerFactory.Instance
        );
        _set = new ServerSet([options], factory, Interruptions);
        _parser = new CommandParser(["ssh/reply/#"], Clock, _actions);
        _running = _set.RunAsync(_failure.SetResult, _stop.Token, _deadline.Token);
        _broker = isBrokerThere ? Task.Run(TakeAsync) : Task.CompletedTask;
    }

    public WatchedTimeProvider Clock { get; } = new();

    /// <summary>Detects <see cref="WatchedTimeProvider.Suspend"/>, but not what tests of other things let pass.</summary>
    public InterruptionMonitor Interruptions { get; }

    public FakeTransport Transport { get; } = new();
    public CommandJournal Journal { get; }
    public Outbox Outbox { get; }
    public EventBus Events { get; } = new();
    public ServerSet Servers => _set;
    public Server Server => _set.All[0];

    /// <summary>Reloads the configuration of the servers; completes when the removed ones have ended.</summary>
    public Task ReloadAsync(params IReadOnlyList<ServerOptions> servers)
    {
        _index.Add(servers);
        _actions.Replace(servers);
        return _set.ReloadAsync(servers, TimeSpan.FromSeconds(10));
    }

    public void SetActive(bool isActive) => _set.SetActive(isActive);

    /// <summary>Submits a message to the server, as the dispatcher does.</summary>
    public void Write(string name, string payload, Func<MqttDelivery, MqttDelivery>? with = null)
    {
        var delivery = new MqttDelivery($"ssh/nas/{name}/set", Encoding.UTF8.GetBytes(payload));
        delivery = with?.Invoke(delivery) ?? delivery;
        var command = _parser
            .Parse(new TopicScheme("ssh").Parse(delivery.Topic)!, delivery)
            .ShouldBeOfType<ParsedCommand.Valid>()
            .Command;
        if (command is CancelCommand cancel)
        {
            Server.Cancel(cancel);
        }
        else
        {
            Server.Submit(command);
        }
    }

    public void Exec(string command, string id, TimeSpan? expiry = null) =>
        Write("exec", $$"""{"command":"{{command}}","id":"{{id}}"}""", delivery => delivery with { Expiry = expiry });

    /// <summary>Accepts the connection and waits until it is published as online.</summary>
    public async Task<FakeSession> ConnectAsync()
    {
        var session = await Transport.AcceptAsync();
        await SeenAsync("ssh/nas/connection", "online");
        return session;
    }

    /// <summary>Accepts the connection and starts a command, whose id is 1.</summary>
    public async Task<(FakeSession Session, FakeProcess Process)> StartAsync(string command)
    {
        var session = await Transport.AcceptAsync();
        Exec(command, "1");
        return (session, await session.NextAsync());
    }

    /// <summary>Accepts the connection; <c>first</c> runs, <c>second</c> and <c>third</c> are queued, with ids 1 to 3.</summary>
    public async Task<(FakeSession Session, FakeProcess First)> StartThreeAsync()
    {
        var started = await StartAsync("first");
        Exec("second", "2");
        Exec("third", "3");
        return started;
    }

    /// <summary>Waits for the result of a command with that id.</summary>
    public async Task<CommandResult> ResultAsync(string id, string topic = "ssh/nas/result") =>
        CommandResult.FromJson(
            (await SeenAsync(message => message.Topic == topic && CommandResult.FromJson(message.Payload.Span).Id == id))
                .Payload
                .Span
        );

    /// <summary>Waits until the topic was published with that text, now or before.</summary>
    public Task SeenAsync(string topic, string text) =>
        SeenAsync(message => message.Topic == topic && Encoding.UTF8.GetString(message.Payload.Span) == text);

    /// <summary>Waits for any message on the topic.</summary>
    public Task SeenOnAsync(string topic) => SeenAsync(message => message.Topic == topic);

    /// <summary>Waits until the last message on the topic is that text.</summary>
    public async Task IsNowAsync(string topic, string text)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (Texts(topic) is [.., var last] && last == text)
                {
                    return;
                }

                changed = _stateChanged.Task;
            }

            await changed.WaitAsync(Patience);
        }
    }

    public IReadOnlyList<string> Texts(string topic)
    {
        lock (_gate)
        {
            return
            [
                .. _published
                    .Where(message => message.Topic == topic)
                    .Select(message => Encoding.UTF8.GetString(message.Payload.Span)),
            ];
        }
    }

    public IReadOnlyList<string> ResultIds =>
        [.. Texts("ssh/nas/result").Select(json => CommandResult.FromJson(Encoding.UTF8.GetBytes(json)).Id!)];

    /// <summary>Waits until the server reports a defect.</summary>
    public Task<Exception> FailureAsync() => _failure.Task.WaitAsync(Patience);

    public Task StopAsync() => _stop.CancelAsync();

    public Task DeadlineAsync() => _deadline.CancelAsync();

    /// <summary>Waits until the server has ended.</summary>
    public Task EndedAsync() => _running.WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        Transport.RefuseChannels();
        await _stop.CancelAsync();
        await _deadline.CancelAsync();
        await _running.WaitAsync(Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _brokerGone.CancelAsync();
        await _broker;
        Journal.Dispose();
        _baseDirectory.Dispose();
        _folder.Dispose();
    }

    private BridgeOptions BridgeWith(ServerOptions server) =>
        new()
        {
            Mqtt = new MqttOptions(),
            BaseDirectory = _folder["files"],
            StateDirectory = _folder.Path,
            Servers = [server],
        };

    private async Task<MqttPublication> SeenAsync(Func<MqttPublication, bool> isExpected)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_published.Find(message => isExpected(message)) is { } found)
                {
                    return found;
                }

                changed = _stateChanged.Task;
            }

            await changed.WaitAsync(Patience);
        }
    }

    private async Task TakeAsync()
    {
        try
        {
            while (true)
            {
                await Outbox.WorkAsync().WaitAsync(_brokerGone.Token);
                while (Outbox.TryTake(out var message))
                {
                    TaskCompletionSource changed;
                    lock (_gate)
                    {
                        _published.Add(message.Publication);
                        changed = _stateChanged;
                        _stateChanged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    }

                    Outbox.Complete(message, acknowledged: true);
                    changed.SetResult();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test has ended.
        }
    }
}
