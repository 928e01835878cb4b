using System.Runtime.InteropServices;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Fixtures.Bridges;

/// <summary>
/// The program itself: the native executable that <c>scripts/build</c> makes, or the build that <c>SSHMQTT_TEST_PROGRAM</c>
/// names.
/// </summary>
internal static class BridgeProgram
{
    private static readonly Lazy<string> Found = new(Find);

    /// <summary>The target that this machine is, which the program's folder is named after.</summary>
    public static string Target { get; } =
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64";

    /// <summary>The executable.</summary>
    /// <exception cref="InvalidOperationException">It was not built, or something of the source has changed since
    /// then.</exception>
    public static string Path => Found.Value;

    /// <summary>Starts it.</summary>
    public static Task<ChildProcess> StartAsync(params string[] arguments) => StartInAsync([], arguments);

    /// <summary>Starts it by a program that runs another one in its own place.</summary>
    public static Task<ChildProcess> StartInAsync(IReadOnlyList<string> wrapper, params string[] arguments) =>
        ChildProcess.StartAsync(
            wrapper.Count > 0 ? wrapper[0] : Path,
            wrapper.Count > 0 ? [.. wrapper.Skip(1), Path, .. arguments] : arguments,
            // systemd sets these for its services, and the bridge then formats its log for systemd.
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
        if (Environment.GetEnvironmentVariable("SSHMQTT_TEST_PROGRAM") is { Length: > 0 } named)
        {
            return System.IO.Path.GetFullPath(named);
        }

        FileInfo program = new(System.IO.Path.Combine(Repository.Root, "artifacts", Target, "SshMqttBridge"));
        if (!program.Exists)
        {
            throw new InvalidOperationException($"There is no {program.FullName}; 'scripts/build' makes it.");
        }

        // Without this check, a test could run the program from before the last change.
        var changed = SourceFiles().FirstOrDefault(file => file.LastWriteTimeUtc > program.LastWriteTimeUtc);
        return changed is null
            ? program.FullName
            : throw new InvalidOperationException(
                $"{changed.FullName} is newer than {program.FullName}; 'scripts/build' makes it anew."
            );
    }

    private static IEnumerable<FileInfo> SourceFiles() =>
        new DirectoryInfo(System.IO.Path.Combine(Repository.Root, "src/SshMqttBridge"))
            .EnumerateDirectories()
            .Where(folder => folder.Name is not ("bin" or "obj"))
            .SelectMany(folder => folder.EnumerateFiles("*", SearchOption.AllDirectories));
}
