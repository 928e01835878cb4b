using Microsoft.Extensions.Logging.Abstractions;
using SshMqttBridge.Audit;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Events;
using SshMqttBridge.Journal;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Servers;
using SshMqttBridge.Ssh;
using SshMqttBridge.Tests;
using SshMqttBridge.Transfers;

namespace SshMqttBridge.Bench.Allocations;

/// <summary>
/// The real server <c>nas</c> with its journal, between an SSH server that answers at once and a broker that acknowledges
/// everything at once.
/// </summary>
internal sealed class ServerAlone : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _brokerGone = new();
    private readonly Outbox _outbox = new();
    private readonly CommandJournal _journal;
    private readonly BaseDirectory _baseDirectory;
    private readonly ServerSet _set;
    private readonly Task _running;
    private readonly Task _broker;
    private TaskCompletionSource _ended = new();

    public ServerAlone()
    {
        ServerOptions options = new()
        {
            Id = "nas",
            Host = "192.0.2.10",
            User = "admin",
            Password = new Secret("secret"),
            KeyDirectory = _folder.Path,
        };
        TopicScheme topics = new("ssh");
        _journal = new CommandJournal(_folder["journal.db"]);
        _baseDirectory = new BaseDirectory(_folder["files"]);
        _set = new ServerSet(
            [options],
            new ServerFactory(
                topics,
                _outbox,
                new ResultPublisher(topics, _outbox, new ServerIndex([options])),
                _journal,
                new NoCommandRecords(),
                AuditLog.Off,
                new EventBus(),
                static _ => new InstantTransport(),
                new KnownHosts(_folder["known_hosts"]),
                _baseDirectory,
                new ConnectThrottle(TimeProvider.System),
                InterruptionMonitor.Off,
                new CurrentOptions(
                    new BridgeOptions
                    {
                        Mqtt = new MqttOptions(),
                        BaseDirectory = _folder["files"],
                        StateDirectory = _folder.Path,
                        Servers = [options],
                    }
                ),
                TimeProvider.System,
                NullLoggerFactory.Instance
            ),
            InterruptionMonitor.Off
        );
        _running = _set.RunAsync(static _ => { }, _stop.Token, CancellationToken.None);
        _broker = Task.Run(AcknowledgeAsync);
    }

    /// <summary>Returns when the command's last message has been acknowledged. One at a time.</summary>
    public Task RunAsync(Command command)
    {
        _ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _set.All[0].Submit(command);
        return _ended.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _brokerGone.CancelAsync();
        await _broker;
        _journal.Dispose();
        _baseDirectory.Dispose();
        _stop.Dispose();
        _brokerGone.Dispose();
        _folder.Dispose();
    }

    private async Task AcknowledgeAsync()
    {
        try
        {
            while (true)
            {
                await _outbox.WorkAsync().WaitAsync(_brokerGone.Token);
                while (_outbox.TryTake(out var message))
                {
                    _outbox.Complete(message, acknowledged: true);
                    if (message.Publication.Topic == "ssh/nas/result")
                    {
                        _ended.TrySetResult();
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed of.
        }
    }
}
