using System.Text;
using SshMqttBridge.Ssh;
using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Contracts;

// Running commands, and their exit.
public abstract partial class SshTransportContract
{
    [Fact]
    public async Task StartAsync_GivenCommands_ShouldReportTheirExit()
    {
        await using var session = await ConnectAsync();

        (await RunAsync(session, "true")).ShouldBe(new Completed(new ProcessExit(0, Signal: null), "", ""));
        (await RunAsync(session, "exit 3")).Exit.ShouldBe(new ProcessExit(3, Signal: null));
        (await RunAsync(session, "exit 255")).Exit.ShouldBe(new ProcessExit(255, Signal: null));
        (await RunAsync(session, "kill -9 $$")).Exit.ShouldBe(new ProcessExit(Status: null, "KILL"));
        (await RunAsync(session, "echo out; echo err >&2; exit 1")).ShouldBe(
            new Completed(new ProcessExit(1, Signal: null), "out\n", "err\n")
        );
    }

    [Fact]
    public async Task StartAsync_GivenQuotesNewlinesAndALongCommand_ShouldReachTheShellByteForByte()
    {
        await using var session = await ConnectAsync();
        var text = "a'b\"c $(echo no) `echo no` \\ ü€\n" + new string('x', 60_000);

        var completed = await RunAsync(session, $"printf %s '{text.Replace("'", "'\\''", StringComparison.Ordinal)}'");

        completed.Output.ShouldBe(text);
    }

    [Fact]
    public async Task StartAsync_GivenACommandThatIsTooLarge_ShouldNameTheLimitAndKeepTheConnection()
    {
        await using var session = await ConnectAsync();
        await using var process = await session.OpenChannelAsync(Token);

        var refusal = await Should.ThrowAsync<SshChannelException>(() =>
            process.StartAsync("true #".PadRight(CommandBytes + 1, 'x'), Token)
        );

        refusal.Fault.ShouldBe(SshChannelFault.TooLarge);
        refusal.Message.ShouldContain($"{CommandBytes}");
        await process.StartAsync("echo the same channel", Token);
        (await ReadToEndAsync(process)).Output.ShouldBe("the same channel\n");
    }

    [Fact]
    public async Task StartAsync_GivenTheLargestCommand_ShouldSendIt()
    {
        await using var session = await ConnectAsync();

        // More than 128 KiB reach the server, whose system has no room for it as an argument of the shell.
        var completed = await RunAsync(session, "echo it ran #".PadRight(CommandBytes, 'x'));

        (completed.Output + completed.Error).ShouldMatch("it ran|too long");
        (await RunAsync(session, "echo next")).Output.ShouldBe("next\n");
    }

    [RootFact]
    public async Task StartAsync_GivenDropbear_ShouldUseItsLowerLimit()
    {
        await using var user = await TemporaryUser.CreateAsync();
        await using var server = await DropbearServer.StartAsync();
        await using var session = await Transport.ConnectAsync(Request(server.Port, WithPassword(user)), Token);
        await using var process = await session.OpenChannelAsync(Token);

        var refusal = await Should.ThrowAsync<SshChannelException>(() => process.StartAsync("true #".PadRight(9001, 'x'), Token));

        refusal.Fault.ShouldBe(SshChannelFault.TooLarge);
        refusal.Message.ShouldContain("9000");
        await process.StartAsync("echo it ran #".PadRight(9000, 'x'), Token);
        (await ReadToEndAsync(process)).Output.ShouldBe("it ran\n");
    }

    [Fact]
    public async Task StartAsync_GivenANullCharacter_ShouldThrow()
    {
        await using var session = await ConnectAsync();
        await using var process = await session.OpenChannelAsync(Token);

        await Should.ThrowAsync<ArgumentException>(() => process.StartAsync("echo \0", Token));
    }

    [Fact]
    public async Task OpenChannelAsync_GivenSeveralAtOnce_ShouldKeepThemApart()
    {
        await using var session = await ConnectAsync();

        var completed = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(number => RunAsync(session, $"seq {number} 20000; exit {number}"))
        );

        for (var number = 0; number < completed.Length; number++)
        {
            completed[number].Exit.Status.ShouldBe(number);
            completed[number].Output.ShouldBe(string.Concat(Enumerable.Range(number, 20001 - number).Select(i => $"{i}\n")));
        }
    }

    [Fact]
    public async Task OpenChannelAsync_GivenNoMoreSessionsAllowed_ShouldThrowAndKeepTheConnection()
    {
        await using var session = await ConnectAsync("MaxSessions 1");
        await using (var first = await StartAsync(session, "cat"))
        {
            var refusal = await Should.ThrowAsync<SshChannelException>(() => session.OpenChannelAsync(Token));
            refusal.Message.ShouldContain("open failed");
            await session.PingAsync(Token);
            session.Disconnected.IsCancellationRequested.ShouldBeFalse();
            await first.WriteAsync("still open"u8.ToArray(), Token);
            await ReadUntilAsync(first, "still open");
        }

        (await RunWhenAllowedAsync(session, "echo again")).Output.ShouldBe("again\n");
    }

    [Fact]
    public async Task SignalAsync_GivenTerm_ShouldStopTheCommand()
    {
        // OpenSSH forwards signals only with privilege separation, which it does not for root's own login.
        await using var user = Environment.IsPrivilegedProcess ? await TemporaryUser.CreateAsync() : null;
        var server = await StartServerAsync();
        var credentials = WithKey(server.Key);
        await using var session = await ConnectAsync(server, credentials with { User = user?.Name ?? credentials.User });
        await using var process = await StartAsync(session, "echo ready; exec sleep 600");
        await ReadUntilAsync(process, "ready");

        await process.SignalAsync("TERM", Token);

        (await process.Exit.WaitAsync(Token)).ShouldBe(new ProcessExit(Status: null, "TERM"));
        await process.SignalAsync("KILL", Token);
        await process.CloseInputAsync(Token);
    }

    [Fact]
    public async Task Exit_GivenAChildInTheBackgroundThatHoldsTheOutput_ShouldNotWaitForIt()
    {
        await using var session = await ConnectAsync();
        await using var process = await StartAsync(session, "sleep 600 & echo $!.");
        var child = int.Parse((await ReadUntilAsync(process, ".")).Split('.')[0]);

        var exit = await process.Exit.WaitAsync(Token);

        exit.ShouldBe(new ProcessExit(0, Signal: null));
        var reading = process.ReadAsync(new byte[10], Token).AsTask();
        await session.PingAsync(Token);
        reading.IsCompleted.ShouldBe(reading.IsCompletedSuccessfully && (await reading).Count > 0);
        ChildProcess.Signal(child, ChildProcess.Kill);
        while ((await reading).Count > 0)
        {
            reading = process.ReadAsync(new byte[10], Token).AsTask();
        }
    }

    [Fact]
    public async Task DisposeAsync_GivenARunningCommand_ShouldEndWhatWaitsForIt()
    {
        await using var session = await ConnectAsync();
        var process = await StartAsync(session, "sleep 600");
        var reading = process.ReadAsync(new byte[10], Token).AsTask();
        var writing = process.WriteAsync(new byte[100_000_000], Token).AsTask();

        await process.DisposeAsync();

        await Should.ThrowAsync<SshChannelException>(() => writing.WaitAsync(Token));
        await process.CloseInputAsync(Token);
        await process.SignalAsync("TERM", Token);
        (await reading.WaitAsync(Token)).Count.ShouldBe(0);
        (await process.Exit.WaitAsync(Token)).ShouldBe(ProcessExit.Unknown);
        (await RunAsync(session, "echo next")).Output.ShouldBe("next\n");
    }

    // The server counts a channel as open until it has dealt with our close.
    private async Task<Completed> RunWhenAllowedAsync(ISshSession session, string command)
    {
        Completed? completed = null;
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    completed = await RunAsync(session, command);
                    return true;
                }
                catch (SshChannelException)
                {
                    return false;
                }
            },
            () => "the server does not free the channel"
        );
        return completed!;
    }

    private static byte[] Lines(int count) =>
        Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, count).Select(i => $"{i:d9}\n")));
}
