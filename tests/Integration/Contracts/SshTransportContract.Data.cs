using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SshMqttBridge.Ssh;
using SshMqttBridge.Tests.Integration.Fixtures;

namespace SshMqttBridge.Tests.Integration.Contracts;

// Output, input, and much of both.
public abstract partial class SshTransportContract
{
    [Fact]
    public async Task ReadAsync_GivenBothStreamsInterleaved_ShouldLoseNothing()
    {
        await using var session = await ConnectAsync();

        var completed = await RunAsync(session, "for i in $(seq 2000); do echo o$i; echo e$i >&2; done");

        completed.Output.ShouldBe(string.Concat(Enumerable.Range(1, 2000).Select(i => $"o{i}\n")));
        completed.Error.ShouldBe(string.Concat(Enumerable.Range(1, 2000).Select(i => $"e{i}\n")));
    }

    [Fact]
    public async Task ReadAsync_GivenMoreOnBothStreamsThanIsBuffered_ShouldLoseNothing()
    {
        await using var session = await ConnectAsync();
        await using var process = await StartAsync(session, "seq 900000 & seq 900000 >&2; wait; exit 7");

        var completed = await ReadToEndAsync(process);

        var expected = string.Concat(Enumerable.Range(1, 900_000).Select(i => $"{i}\n"));
        (completed.Output == expected).ShouldBeTrue();
        (completed.Error == expected).ShouldBeTrue();
        completed.Exit.Status.ShouldBe(7);
    }

    [Fact]
    public async Task ReadAsync_GivenMuchOutputAtFullSpeed_ShouldBeExact()
    {
        await using var session = await ConnectAsync();
        await using var process = await StartAsync(session, "head -c 200000000 /dev/zero");

        (await CountAsync(process, new byte[256 * 1024])).ShouldBe(200_000_000);
        (await process.Exit.WaitAsync(Token)).Status.ShouldBe(0);
    }

    [Fact]
    public async Task ReadAsync_GivenASlowReader_ShouldHoldTheServerBack()
    {
        const int blockBytes = 1_000_000;
        const int blocks = 200;
        await using var session = await ConnectAsync();
        var progress = _server!.Folder["progress"];
        await using var process = await StartAsync(
            session,
            $"for i in $(seq {blocks}); do head -c {blockBytes} /dev/zero; echo $i > {progress}.new; mv {progress}.new {progress}; done"
        );
        var buffer = new byte[100_000];
        long read = 0;
        int count;
        while ((count = (await process.ReadAsync(buffer, Token)).Count) > 0)
        {
            read += count;

            // A reader with something else to do.
            await session.PingAsync(Token);
            var written = File.Exists(progress) ? long.Parse(File.ReadAllText(progress), CultureInfo.InvariantCulture) : 0;

            // Our buffer, twice the window at the most, and what sshd and the pipe hold: a few megabytes, whatever the output's
            // size.
            ((written * blockBytes) - read).ShouldBeLessThan((long)blocks * blockBytes / 10);
        }

        read.ShouldBe((long)blocks * blockBytes);
    }

    [Fact]
    public async Task InputTakenBytes_GivenACommandThatContinuesReading_ShouldGrowWithoutAnotherWrite()
    {
        await using var session = await ConnectAsync();
        var gate = _server!.Folder["gate"];
        await using var process = await StartAsync(session, $"until [ -e {gate} ]; do sleep 0.02; done; cat > /dev/null");
        await process.WriteAsync(new byte[1_000_000], Token);
        var before = process.InputTakenBytes;
        before.ShouldBeLessThanOrEqualTo(1_000_000);

        File.WriteAllBytes(gate, []);

        await Eventually.TrueAsync(() => process.InputTakenBytes > before, "the server's window never grows");
    }

    [Fact]
    public async Task ReadAsync_GivenTinyReads_ShouldLoseNothing()
    {
        await using var session = await ConnectAsync();
        await using var process = await StartAsync(session, "seq 20000; seq 20000 >&2");
        var one = new byte[1];
        StringBuilder[] read = [new(), new()];
        ProcessOutput output;
        while ((output = await process.ReadAsync(one, Token)).Count > 0)
        {
            read[(int)output.Stream].Append((char)one[0]);
        }

        var expected = string.Concat(Enumerable.Range(1, 20_000).Select(i => $"{i}\n"));
        read[0].ToString().ShouldBe(expected);
        read[1].ToString().ShouldBe(expected);
    }

    [Fact]
    public async Task CloseInputAsync_GivenACommandThatReadsToTheEnd_ShouldEndIt()
    {
        await using var session = await ConnectAsync();
        await using var process = await StartAsync(session, "cat; echo end");

        await process.WriteAsync("hello "u8.ToArray(), Token);
        await process.CloseInputAsync(Token);
        await process.CloseInputAsync(Token);

        (await ReadToEndAsync(process)).ShouldBe(new Completed(new ProcessExit(0, Signal: null), "hello end\n", ""));
    }

    [Fact]
    public async Task StartWithoutInputAsync_GivenACommandThatReadsToTheEnd_ShouldEndIt()
    {
        await using var session = await ConnectAsync();
        await using var process = await session.OpenChannelAsync(Token);

        await process.StartWithoutInputAsync("cat; echo end", Token);

        (await ReadToEndAsync(process)).ShouldBe(new Completed(new ProcessExit(0, Signal: null), "end\n", ""));
    }

    [Fact]
    public async Task WriteAsync_GivenALargeUpload_ShouldBeExact()
    {
        await using var session = await ConnectAsync();
        var data = RandomNumberGenerator.GetBytes(100_000_000);
        var file = _server!.Folder["uploaded"];
        await using var process = await StartAsync(session, $"cat > {file}");

        await process.WriteAsync(data, Token);
        await process.CloseInputAsync(Token);

        (await process.Exit.WaitAsync(Token)).Status.ShouldBe(0);
        (await File.ReadAllBytesAsync(file, Token)).AsSpan().SequenceEqual(data).ShouldBeTrue();
    }

    [Fact]
    public async Task WriteAsync_GivenAnEcho_ShouldMoveBothWaysAtOnce()
    {
        await using var session = await ConnectAsync();
        await ShouldEchoAsync(session, 50_000_000);
    }

    [Fact]
    public async Task WriteAsync_GivenACommandThatHasEnded_ShouldThrow()
    {
        await using var session = await ConnectAsync();
        await using var process = await StartAsync(session, "exit 0");
        await ReadToEndAsync(process);

        await Should.ThrowAsync<SshChannelException>(async () => await process.WriteAsync(new byte[10_000_000], Token));
        await session.PingAsync(Token);
    }

    [Fact]
    public async Task PingAsync_GivenDataUnderWay_ShouldBeAnsweredMeanwhile()
    {
        await using var session = await ConnectAsync();
        var echo = ShouldEchoAsync(session, 50_000_000);
        var pings = 0;
        for (; !echo.IsCompleted; pings++)
        {
            await session.PingAsync(Token);
        }

        await echo;
        pings.ShouldBeGreaterThan(3);
    }

    [Fact]
    public async Task ReadAsync_GivenRekeyingAllTheTime_ShouldBeExact()
    {
        await using var session = await ConnectAsync("RekeyLimit 1M");
        var expected = Lines(3_000_000);
        await using var process = await StartAsync(session, "seq -f %09.0f 0 2999999");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        (await CountAsync(process, new byte[100_000], hash)).ShouldBe(expected.Length);

        hash.GetHashAndReset().ShouldBe(SHA256.HashData(expected));
        _server!.CountInLog("rekey").ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task WriteAsync_GivenRekeyingAllTheTime_ShouldBeExactBothWays()
    {
        await using var session = await ConnectAsync("RekeyLimit 1M");

        await ShouldEchoAsync(session, 30_000_000);
        await session.PingAsync(Token);
        (await RunAsync(session, "echo still here")).Output.ShouldBe("still here\n");
        _server!.CountInLog("rekey").ShouldBeGreaterThan(10);
    }

    private async Task ShouldEchoAsync(ISshSession session, int bytes)
    {
        var data = RandomNumberGenerator.GetBytes(bytes);
        await using var process = await StartAsync(session, "cat");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var reading = CountAsync(process, new byte[100_000], hash);

        await process.WriteAsync(data, Token);
        await process.CloseInputAsync(Token);

        (await reading).ShouldBe(bytes);
        hash.GetHashAndReset().ShouldBe(SHA256.HashData(data));
    }

    private async Task<long> CountAsync(IRemoteProcess process, byte[] buffer, IncrementalHash? hash = null)
    {
        long total = 0;
        int count;
        while ((count = (await process.ReadAsync(buffer, Token)).Count) > 0)
        {
            hash?.AppendData(buffer, 0, count);
            total += count;
        }

        return total;
    }
}
