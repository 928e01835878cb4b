using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using SshMqttBridge.Actions;
using SshMqttBridge.Audit;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Events;
using SshMqttBridge.Journal;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Servers;
using SshMqttBridge.Ssh;
using SshMqttBridge.Transfers;

namespace SshMqttBridge.Tests.Unit.Servers;

public sealed class ServersServiceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WatchedTimeProvider _time = new();
    private readonly Dictionary<string, FakeTransport> _transports = new() { ["one"] = new(), ["other"] = new() };
    private readonly Lifetime _lifetime = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ExecuteAsync_GivenADefectOfOneServer_ShouldStopTheBridgeAndLetTheOthersFinish()
    {
        using CommandJournal journal = new(_folder["journal.db"], _time);
        using BaseDirectory files = new(_folder["files"]);
        var set = CreateServers(journal, files);
        using var service = CreateService(set);
        await service.StartAsync(CancellationToken.None);
        var failing = await RunAsync(set, "one");
        var other = await RunAsync(set, "other");
        failing.DisposeFailure = new InvalidOperationException("a defect");

        failing.End(0);
        await _lifetime.StopRequested.WaitAsync(TimeSpan.FromSeconds(30));

        set.Find("other")!.Running.ShouldNotBeNull();
        service.ExecuteTask!.IsCompleted.ShouldBeFalse();
        var stopping = service.StopAsync(CancellationToken.None);
        other.End(0);
        await stopping.WaitAsync(TimeSpan.FromSeconds(30));
        service.ExecuteTask.Exception.ShouldNotBeNull().InnerException!.Message.ShouldBe("a defect");
        service.HasFailed.ShouldBeTrue();
    }

    private async Task<FakeProcess> RunAsync(ServerSet set, string id)
    {
        var session = await _transports[id].AcceptAsync();
        CommandOrigin origin = new(id, $"ssh/{id}/exec/set", _time.GetUtcNow(), _time.GetTimestamp());
        set.Find(id)!.Submit(new ExecCommand("uptime", ExecCommand.DefaultTimeout, null) { Origin = origin, Id = "1" });
        return await session.NextAsync();
    }

    private ServerSet CreateServers(CommandJournal journal, BaseDirectory files)
    {
        ServerOptions[] options =
        [
            .. _transports.Keys.Select(id => new ServerOptions
            {
                Id = id,
                Host = "192.0.2.10",
                User = "admin",
                Password = new Secret("secret"),
                KeyDirectory = _folder.Path,
            }),
        ];
        TopicScheme topics = new("ssh");
        Outbox outbox = new();
        ServerFactory factory = new(
            topics,
            outbox,
            new ResultPublisher(topics, outbox, new ServerIndex(options)),
            journal,
            new NoCommandRecords(),
            AuditLog.Off,
            new EventBus(),
            server => _transports[server.Id],
            new KnownHosts(_folder["known_hosts"]),
            files,
            new ConnectThrottle(_time),
            InterruptionMonitor.Off,
            new CurrentOptions(Bridge()),
            _time,
            NullLoggerFactory.Instance
        );
        return new ServerSet(options, factory, InterruptionMonitor.Off);
    }

    private ServersService CreateService(ServerSet set)
    {
        var options = Bridge();
        return new(
            new CurrentOptions(options),
            set,
            new ActionScheduler([], _time, NullLogger<ActionScheduler>.Instance),
            new BridgeInfo(new CurrentOptions(options), new TopicScheme("ssh"), new Outbox(), set, _time),
            _lifetime,
            NullLogger<ServersService>.Instance
        );
    }

    private BridgeOptions Bridge() =>
        new()
        {
            Mqtt = new MqttOptions(),
            BaseDirectory = _folder["files"],
            StateDirectory = _folder.Path,
            Servers = [],
        };

    private sealed class Lifetime : IHostApplicationLifetime
    {
        private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task StopRequested => _stop.Task;

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => _stop.TrySetResult();
    }
}
