using System.Text;
using BenchmarkDotNet.Attributes;
using SshMqttBridge.Commands;
using SshMqttBridge.Inbound;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Bench.Allocations;

/// <summary>One command from message to acknowledged result, and parts of that; run by BenchmarkDotNet.</summary>
[MemoryDiagnoser]
public class CommandAllocations
{
    private static readonly byte[] PlainText = Encoding.UTF8.GetBytes("systemctl is-active nginx");
    private static readonly byte[] JsonText = Encoding.UTF8.GetBytes("""{"command":"systemctl is-active nginx","timeout":30}""");

    private readonly TopicScheme _topics = new("ssh");
    private readonly CommandParser _parser = new(["ssh/reply/#"], TimeProvider.System);
    private ServerAlone _server = null!;
    private Command _command = null!;

    [GlobalSetup]
    public void Start()
    {
        _server = new ServerAlone();
        _command = Parse(PlainText);
    }

    [GlobalCleanup]
    public async Task StopAsync() => await _server.DisposeAsync();

    [Benchmark(Description = "message → command, plain text")]
    public object ParsePlain() => Parse(PlainText);

    [Benchmark(Description = "message → command, JSON")]
    public object ParseJson() => Parse(JsonText);

    [Benchmark(Description = "outcome → result → JSON")]
    public byte[] Result() =>
        CommandResult.Of(_command, InstantProcess.Outcome, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2)).ToJson();

    [Benchmark(Description = "message → queue → run → journal → all messages acknowledged")]
    public Task WholeWay() => _server.RunAsync(Parse(PlainText));

    private Command Parse(byte[] payload)
    {
        MqttDelivery delivery = new("ssh/nas/exec/set", payload);
        return ((ParsedCommand.Valid)_parser.Parse(_topics.Parse(delivery.Topic)!, delivery)).Command;
    }
}
