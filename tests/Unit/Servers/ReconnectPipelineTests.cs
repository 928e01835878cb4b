using SshMqttBridge.Configuration;
using SshMqttBridge.Servers;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Tests.Unit.Servers;

public sealed class ReconnectPipelineTests
{
    private readonly WatchedTimeProvider _time = new();
    private readonly List<(SshFault Fault, TimeSpan Delay)> _retries = [];

    [Fact]
    public async Task Execute_GivenFailures_ShouldRetryAtThePaceOfTheBackoff()
    {
        var attempts = 0;

        var execution = Pipeline()
            .ExecuteAsync(
                _ =>
                    ++attempts switch
                    {
                        < 4 => Failed(SshFault.Connect, "refused"),
                        4 => Failed(SshFault.Authentication, "wrong password"),
                        _ => Connected(),
                    },
                CancellationToken.None
            )
            .AsTask();
        await _time.PassUntilAsync(execution);
        var result = await execution;

        result.Fault.ShouldBeNull();
        _retries
            .Select(retry => (retry.Fault, retry.Delay.TotalSeconds))
            .ShouldBe([(SshFault.Connect, 1), (SshFault.Connect, 2), (SshFault.Connect, 4), (SshFault.Authentication, 60)]);
        (_time.GetUtcNow() - _time.Start).ShouldBe(TimeSpan.FromSeconds(1 + 2 + 4 + 60));
    }

    [Fact]
    public async Task Execute_GivenAThousandFailures_ShouldContinue()
    {
        var attempts = 0;

        var execution = Pipeline()
            .ExecuteAsync(_ => ++attempts <= 1000 ? Failed(SshFault.Connect, "refused") : Connected(), CancellationToken.None)
            .AsTask();
        await _time.PassUntilAsync(execution);
        await execution;

        attempts.ShouldBe(1001);
        _retries.Max(retry => retry.Delay).ShouldBe(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Execute_GivenAnotherException_ShouldThrowIt()
    {
        var attempts = 0;

        await Should.ThrowAsync<InvalidOperationException>(
            Pipeline()
                .ExecuteAsync(
                    ValueTask<ConnectAttempt> (_) =>
                    {
                        attempts++;
                        throw new InvalidOperationException();
                    },
                    CancellationToken.None
                )
                .AsTask()
        );

        attempts.ShouldBe(1);
    }

    [Fact]
    public async Task Execute_GivenCancellationWhileItWaits_ShouldEnd()
    {
        using var stop = new CancellationTokenSource();
        var pipeline = ReconnectPipeline.Create(
            _ =>
            {
                stop.Cancel();
                return TimeSpan.FromHours(1);
            },
            TimeProvider.System
        );

        await Should.ThrowAsync<OperationCanceledException>(
            pipeline.ExecuteAsync(_ => Failed(SshFault.Authentication, "wrong password"), stop.Token).AsTask()
        );
    }

    private static ValueTask<ConnectAttempt> Failed(SshFault fault, string message) =>
        ValueTask.FromResult(new ConnectAttempt(new SshConnectionException(fault, message)));

    private static ValueTask<ConnectAttempt> Connected() =>
        ValueTask.FromResult(
            new ConnectAttempt(new SharedSession(new FakeSession(), new StopScript(StopRule.Auto), TimeProvider.System))
        );

    private Polly.ResiliencePipeline<ConnectAttempt> Pipeline()
    {
        var backoff = new ReconnectBackoff(new Middle());
        return ReconnectPipeline.Create(
            exception =>
            {
                var delay = backoff.NextDelay(exception.Fault);
                _retries.Add((exception.Fault, delay));
                return delay;
            },
            _time
        );
    }

    private sealed class Middle : Random
    {
        public override double NextDouble() => 0.5;
    }
}
