using System.Text;
using FsCheck.Fluent;
using SshMqttBridge.Commands;
using SshMqttBridge.Ssh;
using SshMqttBridge.Transfers;

namespace SshMqttBridge.Tests.Unit.Transfers;

/// <summary>Valid and invalid answers of a server.</summary>
public sealed class FileTransferProtocolTests : IDisposable
{
    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Failure = TimeSpan.FromSeconds(30);
    private readonly Folders _folders = new();
    private readonly WatchedTimeProvider _time = new();
    private readonly List<string> _before = [];

    [Fact]
    public async Task GetAsync_GivenOneFile_ShouldKeepItUnderTheNameAskedFor()
    {
        var process = new ScriptedProcess(async peer =>
        {
            await peer.ReceiveAsync(1);
            await peer.PrintAsync("T1700000000 0 1700000000 0\n");
            await peer.ReceiveAsync(1);
            await peer.PrintAsync("C0644 5 ../../outside/evil\n");
            await peer.ReceiveAsync(1);
            await peer.PrintAsync("he");
            await peer.PrintErrorAsync("a warning");
            await peer.PrintAsync("llo\0");
            await peer.ReceiveAsync(1);
            peer.ExitWith(0);
        });

        (await GetAsync(process)).ShouldBe(5);

        (await File.ReadAllTextAsync(_folders.InLocal("x"))).ShouldBe("hello");
        Everything().ShouldBe(["x"]);
    }

    [Theory]
    [InlineData("D0755 0 folder\n", "sent a folder")]
    [InlineData("E\n", "did not answer in the SCP protocol")]
    [InlineData("C0644 5 a\nhello\0C0644 5 b\nhello\0", "more than one file")]
    [InlineData("C0644 5 a\nhello\0\n", "more after the end of the file")]
    [InlineData("C0644 5 a\nhello, world\0", "more than the 5 bytes")]
    [InlineData("C0644 5 a\nhell", "exited early")]
    [InlineData("C0644 5 a\nhello", "exited early")]
    [InlineData("C0644 5 a\nhello\u0001scp: a: Input/output error\n", "scp: a: Input/output error")]
    [InlineData("\u0001scp: a: No such file or directory\n", "scp: a: No such file or directory")]
    [InlineData("\u0002fatal\n", "fatal")]
    [InlineData("\u0001\n", "no reason")]
    [InlineData("\u0001", "no reason")]
    [InlineData("\u0001scp: a: Broken", "scp: a: Broken")]
    [InlineData("", "exited early")]
    [InlineData("C", "exited early")]
    [InlineData("C0644 5\n", "did not answer in the SCP protocol")]
    [InlineData("C0644 -5 a\n", "did not answer in the SCP protocol")]
    [InlineData("C0644 +5 a\n", "did not answer in the SCP protocol")]
    [InlineData("C0644 9223372036854775808 a\n", "did not answer in the SCP protocol")]
    [InlineData("C0644 99999999999999999999999 a\n", "did not answer in the SCP protocol")]
    [InlineData("C9644 5 a\n", "did not answer in the SCP protocol")]
    [InlineData("C644 5 a\n", "did not answer in the SCP protocol")]
    [InlineData("C0644  5 a\n", "did not answer in the SCP protocol")]
    [InlineData("Connected to the toaster.\n", "'Connected to the toaster.'")]
    [InlineData("Welcome!\u001b[2J\n", "'Welcome!\\x1b[2J'")]
    [InlineData("T1 0 1 0\nT1 0 1 0\nC0644 5 a\nhello\0", "did not answer in the SCP protocol")]
    [InlineData("Tea is ready\n", "'Tea is ready'")]
    public async Task GetAsync_GivenAnythingElse_ShouldFailAsRemoteAndWriteNothing(string printed, string words)
    {
        var process = new ScriptedProcess(async peer =>
        {
            await peer.PrintAsync(printed);
            peer.ExitWith(0);
        });

        var fault = await Should.ThrowAsync<TransferException>(() => GetAsync(process));

        fault.Reason.ShouldBe(Reasons.Remote);
        fault.Message.ShouldContain(words);
        Everything().ShouldBeEmpty();
    }

    [Fact]
    public async Task GetAsync_GivenAnEndlessLine_ShouldFailAsRemoteSoon()
    {
        // If the bridge read more of it, it would find that the process has ended.
        var process = new ScriptedProcess(async peer =>
        {
            await peer.PrintAsync("C0644 5 ");
            for (var printed = 0; printed < 100_000; printed += 1000)
            {
                await peer.PrintAsync(new byte[1000]);
            }

            peer.ExitWith(1);
        });

        var fault = await Should.ThrowAsync<TransferException>(() => GetAsync(process));

        fault.Message.ShouldContain("line without end");
    }

    [Fact]
    public async Task GetAsync_GivenTheLargestSize_ShouldAcceptIt()
    {
        var process = new ScriptedProcess(async peer =>
        {
            await peer.PrintAsync($"C0644 {long.MaxValue} a\n");
            await peer.PrintAsync(new byte[1_000_000]);
            peer.ExitWith(1);
        });

        (await Should.ThrowAsync<TransferException>(() => GetAsync(process))).Message.ShouldContain("status 1");

        Everything().ShouldBeEmpty();
    }

    [Fact]
    public async Task GetAsync_GivenRandomBytes_ShouldNeverDoMoreThanFail()
    {
        var pieces = Gen.Elements(
            "C",
            "0644",
            " ",
            "5",
            "hello",
            "\0",
            "\n",
            "\u0001",
            "D",
            "T",
            "E",
            "1 0 1 0",
            "../x",
            "C0644 5 a\n",
            "\u00ff",
            "-1"
        );
        foreach (var printed in pieces.ArrayOf().Select(string.Concat).Sample(300, 12))
        {
            await ShouldEndAsync(GetAsync, Encoding.Latin1.GetBytes(printed));
        }
        for (var seed = 0; seed < 100; seed++)
        {
            var bytes = new byte[seed * 10];
            new Random(seed).NextBytes(bytes);
            await ShouldEndAsync(GetAsync, bytes);
        }
        Everything().ShouldBeSubsetOf(["x"]);
    }

    [Fact]
    public async Task PutAsync_GivenRandomBytes_ShouldNeverDoMoreThanFail()
    {
        Folders.Write(_folders.InLocal("x"), 100_000);
        var pieces = Gen.Elements("\0", "\0\0", "\u0001", "\u0002", "no", "\n", "C0644 5 a\n");
        foreach (var printed in pieces.ArrayOf().Select(string.Concat).Sample(300, 6))
        {
            await ShouldEndAsync(PutAsync, Encoding.Latin1.GetBytes(printed));
        }
        Everything().ShouldBe(["x"]);
    }

    [Fact]
    public async Task PutAsync_GivenAServer_ShouldSendOneFileAsScpDoes()
    {
        var content = Folders.Write(_folders.InLocal("x"), 600_000);
        byte[] received = [];
        var header = "";
        var process = new ScriptedProcess(async peer =>
        {
            await peer.PrintAsync("\0");
            header = await peer.ReceiveLineAsync();
            await peer.PrintAsync("\0");
            received = await ReceiveSlowlyAsync(peer, content.Length);
            (await peer.ReceiveAsync(1)).ShouldBe([0]);
            await peer.PrintAsync("\0");
            peer.ExitWith(0);
        });

        (await PutAsync(process)).ShouldBe(600_000);

        header.ShouldBe("C0600 600000 file");
        received.ShouldBe(content);
        process.Events.ShouldBe(["open", "start", "dispose"]);
        _before.ShouldBe(["open"]);
    }

    [Theory]
    [InlineData("\u0001scp: /x: Permission denied\n", 1, "scp: /x: Permission denied")]
    [InlineData("\0\u0001scp: /x: No space left on device\n", 1, "scp: /x: No space left on device")]
    [InlineData("Hello from .bashrc\n", 0, "'Hello from .bashrc'")]
    [InlineData("\0\0", 0, "scp on the server exited early with status 0")]
    [InlineData("\0\0\0", 1, "status 1")]
    [InlineData("", 127, "scp not found on the server")]
    public async Task PutAsync_GivenAnErrorReply_ShouldFailAsRemoteWithTheServersMessage(string printed, int status, string words)
    {
        Folders.Write(_folders.InLocal("x"), 1_000_000);
        var process = new ScriptedProcess(async peer =>
        {
            await peer.PrintAsync(printed);
            peer.ExitWith(status);
        });

        var fault = await Should.ThrowAsync<TransferException>(() => PutAsync(process));

        fault.Reason.ShouldBe(Reasons.Remote);
        fault.Message.ShouldContain(words);
    }

    [Fact]
    public async Task PutAsync_GivenAnErrorAtTheEnd_ShouldFailWithTheTextOfStandardError()
    {
        Folders.Write(_folders.InLocal("x"), 1);
        var process = new ScriptedProcess(async peer =>
        {
            await peer.PrintAsync("\0\0\0");
            await peer.PrintErrorAsync("mv: cannot move: Read-only file system\n");
            peer.ExitWith(1);
        });

        (await Should.ThrowAsync<TransferException>(() => PutAsync(process))).Message.ShouldBe(
            "mv: cannot move: Read-only file system"
        );
    }

    [Fact]
    public async Task PutAsync_GivenAServerThatStopsReading_ShouldEndAsStalledAndStopTheProcess()
    {
        Folders.Write(_folders.InLocal("x"), 10_000_000);
        var process = new ScriptedProcess(async peer =>
        {
            await peer.PrintAsync("\0\0");
            await peer.HangAsync();
        });
        var task = PutAsync(process);

        await AdvanceUntilAsync(task, process);

        (await Should.ThrowAsync<TransferException>(() => task)).Reason.ShouldBe(Reasons.Stalled);
        process.Events.ShouldBe(["open", "start", "signal TERM", "dispose"]);
    }

    [Fact]
    public async Task PutAsync_GivenAProcessThatIgnoresTheSignal_ShouldKillIt()
    {
        Folders.Write(_folders.InLocal("x"), 1);
        var process = new ScriptedProcess(peer => peer.HangAsync()) { IgnoresSignals = true };
        var task = PutAsync(process);

        await PassUntilAsync(process.StartedAgain);
        await PassUntilAsync(task);

        (await Should.ThrowAsync<TransferException>(() => task)).Reason.ShouldBe(Reasons.Stalled);
        process.Events.ShouldBe(["open", "start", "signal TERM", "open", "start", "dispose", "signal KILL", "dispose"]);
    }

    [Fact]
    public async Task GetAsync_GivenAStallInTheMiddle_ShouldEndAsStalled()
    {
        var process = new ScriptedProcess(async peer =>
        {
            await peer.PrintAsync("C0644 5 a\nhel");
            for (var i = 0; i < 100; i++)
            {
                await peer.PrintErrorAsync("chatter is no progress\n");
            }
            await peer.HangAsync();
        });
        var task = GetAsync(process);

        await AdvanceUntilAsync(task, process);

        var fault = await Should.ThrowAsync<TransferException>(() => task);
        fault.Reason.ShouldBe(Reasons.Stalled);
        fault.Message.ShouldBe("no progress for 30 s");
        process.Events.ShouldBe(["open", "start", "signal TERM", "dispose"]);
        Everything().ShouldBeEmpty();
    }

    [Fact]
    public async Task GetAsync_GivenAByteNowAndThen_ShouldContinueToTheEnd()
    {
        var process = new ScriptedProcess(async peer =>
        {
            await peer.PrintAsync("C0644 20 a\n");
            await peer.ReceiveAsync(2);
            for (var i = 0; i < 20; i++)
            {
                // All of it has been read and counted once the reader waits again.
                await peer.PrintAsync("x");
                await peer.TakenAsync().WaitAsync(Failure);
                _time.Advance(TimeSpan.FromSeconds(29));
            }
            await peer.PrintAsync("\0");
            await peer.ReceiveAsync(1);
            peer.ExitWith(0);
        });

        (await GetAsync(process)).ShouldBe(20);
    }

    [Fact]
    public async Task PutAsync_GivenAWindowThatStillMoves_ShouldWaitForTheLastAnswer()
    {
        Folders.Write(_folders.InLocal("x"), 1000);
        var process = new ScriptedProcess(async peer =>
        {
            await peer.PrintAsync("\0\0");
            await peer.ReceiveLineAsync();
            await ReceiveSlowlyAsync(peer, 1001);
            for (var i = 0; i < 10; i++)
            {
                peer.InputTakenBytes += 100;
                _time.Advance(TimeSpan.FromSeconds(20));
            }
            await peer.PrintAsync("\0");
            peer.ExitWith(0);
        });

        (await PutAsync(process)).ShouldBe(1000);
    }

    [Fact]
    public async Task BothWays_GivenARefusedChannelOrCommand_ShouldPassItOnWithoutStartingOrStopping()
    {
        Folders.Write(_folders.InLocal("x"), 1);
        var noChannel = new ScriptedProcess(_ => Task.CompletedTask)
        {
            RefuseChannel = new SshChannelException("no more sessions"),
        };
        var noCommand = new ScriptedProcess(_ => Task.CompletedTask)
        {
            RefuseCommand = new SshChannelException("exec is not allowed"),
        };

        (await Should.ThrowAsync<SshChannelException>(() => PutAsync(noChannel))).Message.ShouldBe("no more sessions");
        (await Should.ThrowAsync<SshChannelException>(() => GetAsync(noCommand, "y"))).Message.ShouldStartWith(
            "exec is not allowed: "
        );

        noChannel.Events.ShouldBe(["open"]);
        // The second attempt is the plain form, for servers that accept nothing else.
        noCommand.Events.ShouldBe(["open", "start", "dispose", "open", "start", "dispose"]);
        noCommand.Command.ShouldBe("scp -f a");
        Everything().ShouldBe(["x"]);
    }

    [Fact]
    public async Task BothWays_GivenALostConnection_ShouldPassItOn()
    {
        Folders.Write(_folders.InLocal("x"), 10_000_000);
        Func<ScriptedProcess> process = () =>
            new(async peer =>
            {
                await peer.PrintAsync("\0\0");
                await peer.ReceiveAsync(1);
                peer.LoseConnection();
            });

        await Should.ThrowAsync<SshConnectionException>(() => PutAsync(process()));
        await Should.ThrowAsync<SshConnectionException>(() =>
            GetAsync(
                new ScriptedProcess(async peer =>
                {
                    await peer.PrintAsync("C0644 5 a\nhel");
                    peer.LoseConnection();
                }),
                "y"
            )
        );

        Everything().ShouldBe(["x"]);
    }

    [Fact]
    public async Task GetAsync_GivenOpenSshForWindows_ShouldTryOnlyThePlainForm()
    {
        var process = new ScriptedProcess(_ => Task.CompletedTask)
        {
            ServerVersion = "SSH-2.0-OpenSSH_for_Windows_9.5",
            RefuseCommand = new SshChannelException("exec is not allowed"),
        };

        (await Should.ThrowAsync<SshChannelException>(() => GetAsync(process, "y"))).Message.ShouldContain("need scp");

        process.Events.ShouldBe(["open", "start", "dispose"]);
        process.Command.ShouldBe("scp -f a");
    }

    [Fact]
    public async Task GetAsync_GivenOutputHeldOpenAfterTheExit_ShouldNotWaitForItsEnd()
    {
        var process = new ScriptedProcess(async peer =>
        {
            await peer.PrintAsync("C0644 5 a\nhello\0");
            await peer.ReceiveAsync(3);
            peer.ExitWith(0);
            await peer.HangAsync();
        });
        var task = GetAsync(process);

        await AdvanceUntilAsync(task, process);

        (await task).ShouldBe(5);
    }

    public void Dispose() => _folders.Dispose();

    private Task<long> PutAsync(ScriptedProcess process) =>
        new FileTransfer(_folders.Base, _time).PutAsync(
            OpenChannel.On(process, _time),
            "x",
            "x",
            StallTimeout,
            () => _before.AddRange(process.Events),
            CancellationToken.None
        );

    private Task<long> GetAsync(ScriptedProcess process) => GetAsync(process, "x");

    private Task<long> GetAsync(ScriptedProcess process, string destination) =>
        new FileTransfer(_folders.Base, _time).GetAsync(
            OpenChannel.On(process, _time),
            "a",
            destination,
            StallTimeout,
            () => { },
            CancellationToken.None
        );

    private static async Task ShouldEndAsync(Func<ScriptedProcess, Task<long>> transfer, byte[] printed)
    {
        foreach (var hasShell in (bool[])[true, false])
        {
            var process = new ScriptedProcess(async peer =>
            {
                await peer.PrintAsync(printed);
                peer.ExitWith(1);
            })
            {
                HasShell = hasShell,
            };
            await Should.ThrowAsync<TransferException>(() => transfer(process).WaitAsync(Failure), Convert.ToHexString(printed));
        }
    }

    private static async Task<byte[]> ReceiveSlowlyAsync(ScriptedProcess peer, int count)
    {
        var received = new List<byte>();
        while (received.Count < count)
        {
            received.AddRange(await peer.ReceiveAsync(Math.Min(1000, count - received.Count)));
        }
        return [.. received];
    }

    /// <summary>
    /// Advances the clock until the task has ended. Step by step: a check that is late would mean that the bridge did not run. When
    /// the transfer begins to wait depends on the machine, so the number of steps does, too.
    /// </summary>
    private async Task PassUntilAsync(Task end)
    {
        for (var i = 0; i < 3_000 && !end.IsCompleted; i++)
        {
            _time.Advance(StallTimeout / 4);
            await Task.WhenAny(end, Task.Delay(10));
        }
    }

    /// <summary>
    /// Advances the clock until the task has ended, or the process is being stopped, which takes no time.
    /// </summary>
    private async Task AdvanceUntilAsync(Task task, ScriptedProcess process)
    {
        for (var i = 0; i < 10_000 && !task.IsCompleted; i++)
        {
            if (process.Stopped.IsCancellationRequested)
            {
                await Task.WhenAny(task, Task.Delay(TimeSpan.FromSeconds(30)));
                return;
            }

            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
            await Task.WhenAny(task, Task.Delay(1));
        }
    }

    private string[] Everything()
    {
        Folders.NamesIn(_folders.Outside).ShouldBeEmpty();
        Folders.NamesIn(_folders.Home).ShouldBeEmpty();
        return Folders.NamesIn(_folders.Local);
    }
}
