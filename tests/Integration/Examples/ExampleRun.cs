using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Examples;

/// <summary>A program that runs as a user's shell runs it: with its three streams apart.</summary>
internal sealed class ExampleRun : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private ChildProcess _process = null!;

    /// <summary>What it wrote to standard error so far.</summary>
    public string Err => File.ReadAllText(_folder["err"]);

    public static async Task<ExampleRun> StartAsync(
        string program,
        string[] arguments,
        string? input,
        IReadOnlyDictionary<string, string> environment
    )
    {
        ExampleRun run = new();
        var source = input is null ? "/dev/null" : run._folder.Write("in", input);
        run._folder.Write("out", "");
        run._folder.Write("err", "");
        var line = $"exec \"$@\" <{source} >{run._folder["out"]} 2>{run._folder["err"]}";
        run._process = await ChildProcess.StartAsync("sh", ["-c", line, "sh", program, .. arguments], environment);
        return run;
    }

    /// <summary>Waits until it has ended.</summary>
    public async Task<ExampleEnd> EndAsync()
    {
        await _process.WaitForExitAsync();
        return new ExampleEnd(_process.ExitCode, await File.ReadAllTextAsync(_folder["out"]), Err);
    }

    public void Signal(int signal) => _process.Signal(signal);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }
}
