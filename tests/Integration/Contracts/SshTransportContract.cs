using System.Diagnostics.CodeAnalysis;
using System.Text;
using SshMqttBridge.Common;
using SshMqttBridge.Ssh;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Contracts;

/// <summary>
/// What every adapter of <see cref="ISshTransport"/> does, shown on real servers; a subclass supplies the adapter.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "xunit disposes of it as IAsyncLifetime.")]
public abstract partial class SshTransportContract : IAsyncLifetime
{
    // Only reached on failure: the awaited event occurs much earlier.
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(1));
    private SshdServer? _server;

    internal abstract ISshTransport Transport { get; }

    /// <summary>The longest command that the adapter sends to an OpenSSH server.</summary>
    internal abstract int CommandBytes { get; }

    /// <summary>The test's own server, once it was started.</summary>
    internal SshdServer RunningServer => _server!;

    internal CancellationToken Token => _patience.Token;

    public Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _patience.Dispose();
    }

    /// <summary>The test's own server; once.</summary>
    internal async Task<SshdServer> StartServerAsync(string configuration = "", params string[] authorizedKeys) =>
        _server = await SshdServer.StartNewAsync(configuration, authorizedKeys);

    /// <summary>Starts the test's own server and logs in with the key it knows.</summary>
    internal async Task<ISshSession> ConnectAsync(string configuration = "")
    {
        var server = await StartServerAsync(configuration);
        return await ConnectAsync(server, WithKey(server.Key));
    }

    internal Task<ISshSession> ConnectAsync(SshdServer server, SshCredentials credentials) =>
        Transport.ConnectAsync(Request(server.Port, credentials), Token);

    internal static SshConnectRequest Request(int port, SshCredentials credentials) =>
        new()
        {
            Host = "127.0.0.1",
            Port = port,
            Credentials = credentials,
            RefuseHostKey = _ => null,
        };

    internal static SshCredentials WithKey(string file, string? passphrase = null, string? certificate = null) =>
        new()
        {
            User = SshdServer.User,
            PrivateKey = new SshPrivateKey(file, passphrase is null ? null : new Secret(passphrase), certificate),
        };

    internal static SshCredentials WithPassword(TemporaryUser user, string? password = null) =>
        new() { User = user.Name, Password = new Secret(password ?? user.Password) };

    /// <summary>Runs a command to its end.</summary>
    private protected async Task<Completed> RunAsync(ISshSession session, string command)
    {
        await using var process = await session.OpenChannelAsync(Token);
        await process.StartAsync(command, Token);
        await process.CloseInputAsync(Token);
        return await ReadToEndAsync(process);
    }

    private protected async Task<Completed> ReadToEndAsync(IRemoteProcess process)
    {
        MemoryStream[] streams = [new(), new()];
        var buffer = new byte[64 * 1024];
        ProcessOutput output;
        while ((output = await process.ReadAsync(buffer, Token)).Count > 0)
        {
            streams[(int)output.Stream].Write(buffer, 0, output.Count);
        }

        return new Completed(
            await process.Exit.WaitAsync(Token),
            Encoding.UTF8.GetString(streams[0].ToArray()),
            Encoding.UTF8.GetString(streams[1].ToArray())
        );
    }

    /// <summary>Reads standard output until it has that text in it.</summary>
    private protected async Task<string> ReadUntilAsync(IRemoteProcess process, string text)
    {
        StringBuilder read = new();
        var buffer = new byte[1024];
        while (!read.ToString().Contains(text, StringComparison.Ordinal))
        {
            var output = await process.ReadAsync(buffer, Token);
            output.Count.ShouldBeGreaterThan(0, $"the output ended with '{read}'");
            read.Append(Encoding.UTF8.GetString(buffer, 0, output.Count));
        }

        return read.ToString();
    }

    private protected async Task<IRemoteProcess> StartAsync(ISshSession session, string command)
    {
        var process = await session.OpenChannelAsync(Token);
        await process.StartAsync(command, Token);
        return process;
    }

    private protected static async Task ShouldBeLostAsync(Func<Task> action) =>
        (await Should.ThrowAsync<SshConnectionException>(action)).Fault.ShouldBe(SshFault.Lost);

    private protected sealed record Completed(ProcessExit Exit, string Output, string Error);
}
