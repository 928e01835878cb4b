namespace SshMqttBridge.Tests.Integration.Fixtures;

/// <summary>The program itself, as it was built beside these tests.</summary>
internal static class BridgeProgram
{
    /// <summary>The built binary, of the configuration (Release, Debug) that the tests were built in.</summary>
    public static string Path { get; } = Find();

    /// <summary>Starts it.</summary>
    public static Task<ChildProcess> StartAsync(params string[] arguments) => StartInAsync([], arguments);

    /// <summary>Starts it by a program that runs another one in its own place.</summary>
    public static Task<ChildProcess> StartInAsync(IReadOnlyList<string> wrapper, params string[] arguments) =>
        ChildProcess.StartAsync(
            wrapper.Count > 0 ? wrapper[0] : Path,
            wrapper.Count > 0 ? [.. wrapper.Skip(1), Path, .. arguments] : arguments,
            // What systemd sets for whom it starts, and the log is then formatted for it.
            new Dictionary<string, string>(StringComparer.Ordinal) { ["JOURNAL_STREAM"] = "" }
        );

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int Status, string Output)> RunAsync(params string[] arguments)
    {
        await using var process = await StartAsync(arguments);
        await process.WaitForExitAsync();
        return (process.ExitCode, process.Output);
    }

    private static string Find()
    {
        // tests/Integration/bin/Release/net10.0
        DirectoryInfo output = new(AppContext.BaseDirectory.TrimEnd('/'));
        return System.IO.Path.Combine(
            Repository.Root,
            "src/SshMqttBridge/bin",
            output.Parent!.Name,
            output.Name,
            "SshMqttBridge"
        );
    }
}
