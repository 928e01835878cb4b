using SshMqttBridge.Ssh;
using SshMqttBridge.Ssh.SshNet;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Ssh;

/// <summary>Channel messages that no SSH server sends, against the channels over SSH.NET.</summary>
public sealed class HostileChannelTests : IAsyncLifetime
{
    private const string Output = "end\n";

    // Only reached on failure.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly SshNetTransport _transport = new(TimeProvider.System);
    private ScriptedSshServer? _server;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [ScriptedSshTheory]
    [InlineData("data before open")]
    [InlineData("error output before open")]
    [InlineData("window before open")]
    [InlineData("end before open")]
    [InlineData("close before open")]
    [InlineData("status before open")]
    [InlineData("success before open")]
    [InlineData("opened twice")]
    [InlineData("refused after open")]
    [InlineData("window too wide")]
    [InlineData("data beyond packet")]
    [InlineData("request beyond packet")]
    [InlineData("empty packet")]
    [InlineData("larger packet")]
    [InlineData("unknown channel")]
    [InlineData("open session")]
    [InlineData("open of unknown type")]
    public async Task RunAsync_GivenAMessageThatIsNotAllowed_ShouldBeLostAndRunTheNextOnANewConnection(string what)
    {
        await using (var session = await ConnectAsync(what))
        {
            var loss = await Should.ThrowAsync<SshConnectionException>(() => RunAsync(session));
            loss.Fault.ShouldBe(SshFault.Lost);
            await Should.ThrowAsync<SshConnectionException>(() => RunAsync(session));
        }

        await ShouldRunTheNextAsync(what);
    }

    [ScriptedSshTheory]
    [InlineData("close twice")]
    [InlineData("status after close")]
    [InlineData("data after close")]
    public async Task RunAsync_GivenAMessageAfterTheEnd_ShouldHaveItsResultAndRunTheNextOnANewConnection(string what)
    {
        await using (var session = await ConnectAsync(what))
        {
            TaskCompletionSource lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = session.Disconnected.Register(lost.SetResult);

            (await RunAsync(session)).ShouldBe((0L, Output));

            await lost.Task.WaitAsync(Patience);
        }

        await ShouldRunTheNextAsync(what);
    }

    /// <summary>Whether the answer arrives before the request is sent, or after, depends on the machine.</summary>
    [ScriptedSshFact]
    public async Task RunAsync_GivenAnAnswerBeforeItsRequest_ShouldRunTheCommandOrNameTheViolation()
    {
        const string What = "success before request";
        await using (var session = await ConnectAsync(What))
        {
            try
            {
                (await RunAsync(session)).ShouldBe((0L, Output));
            }
            catch (SshConnectionException exception)
            {
                exception.Message.ShouldContain("the server answered a request that was not sent");
            }
        }

        await ShouldRunTheNextAsync(What);
    }

    [ScriptedSshTheory]
    [InlineData("no window")]
    [InlineData("largest window")]
    [InlineData("no packets")]
    [InlineData("largest packets")]
    [InlineData("window by nothing")]
    [InlineData("no data")]
    [InlineData("data after end")]
    [InlineData("other output", "other" + Output)]
    [InlineData("success twice")]
    [InlineData("large packet")]
    [InlineData("status of no length")]
    [InlineData("end twice")]
    [InlineData("channel request")]
    [InlineData("global request")]
    public async Task RunAsync_GivenAHarmlessMessage_ShouldRunTheCommandAndStayConnected(string what, string output = Output)
    {
        await using var session = await ConnectAsync(what);

        (await RunAsync(session)).ShouldBe((0L, output));

        (await RunAsync(session)).ShouldBe((0L, Output));
        session.Disconnected.IsCancellationRequested.ShouldBeFalse();
    }

    [ScriptedSshTheory]
    [InlineData(20240119)]
    [InlineData(null)]
    public async Task RunAsync_GivenRandomMessages_ShouldEndAndRunTheNext(int? fixedSeed)
    {
        var seed = fixedSeed ?? Random.Shared.Next();
        ISshSession? session = null;
        var i = 0;
        var losses = 0;
        try
        {
            for (; i < 150; i++)
            {
                session ??= await ConnectAsync($"random {seed}");
                try
                {
                    await RunAsync(session);
                }
                catch (SshChannelException)
                {
                    // The server refused the channel or the command.
                }
                catch (SshConnectionException exception) when (exception.Fault == SshFault.Lost)
                {
                    losses++;
                    await session.DisposeAsync();
                    session = null;
                }
            }
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"seed {seed}, sequence {i}", exception);
        }
        finally
        {
            await (session?.DisposeAsync() ?? default);
        }

        losses.ShouldBeInRange(10, 140, $"seed {seed}");
        await ShouldRunTheNextAsync("nothing");
    }

    private async Task ShouldRunTheNextAsync(string what)
    {
        await using var next = await ConnectAsync(what);
        (await RunAsync(next)).ShouldBe((0L, Output));
    }

    private async Task<ISshSession> ConnectAsync(string what)
    {
        _server ??= await ScriptedSshServer.StartAsync();
        SshConnectRequest request = new()
        {
            Host = "127.0.0.1",
            Port = _server.Port,
            Credentials = new SshCredentials { User = $"hostile {what}" },
            RefuseHostKey = _ => null,
        };
        return await _transport.ConnectAsync(request, CancellationToken.None).WaitAsync(Patience);
    }

    /// <returns>The exit status, and what was sent on both streams.</returns>
    private static async Task<(long? Status, string Output)> RunAsync(ISshSession session)
    {
        using CancellationTokenSource limit = new(Patience);
        await using var process = await session.OpenChannelAsync(limit.Token);
        await process.StartAsync("true", limit.Token);
        MemoryStream read = new();
        var buffer = new byte[32 * 1024];
        ProcessOutput output;
        while ((output = await process.ReadAsync(buffer, limit.Token)).Count > 0)
        {
            read.Write(buffer, 0, output.Count);
        }

        var exit = await process.Exit.WaitAsync(limit.Token);
        return (exit.Status, System.Text.Encoding.UTF8.GetString(read.ToArray()));
    }
}
