namespace SshMqttBridge.Tests.Integration.Fixtures.Processes;

/// <summary>A wall clock of its own for one program.</summary>
internal static class Faketime
{
    /// <summary>The library to preload; null if it is not installed.</summary>
    public static string? Library { get; } =
        Directory.Exists("/usr/lib")
            ? Directory
                .EnumerateDirectories("/usr/lib")
                .Select(folder => Path.Combine(folder, "faketime/libfaketimeMT.so.1"))
                .FirstOrDefault(File.Exists)
            : null;

    /// <summary>
    /// Starts a program with a wall clock that is off by the file's content, such as <c>+1d</c>; the monotonic clock
    /// is not affected.
    /// </summary>
    public static string[] Wrapper(string offsetFile) =>
        [
            "env",
            $"LD_PRELOAD={Library}",
            $"FAKETIME_TIMESTAMP_FILE={offsetFile}",
            "FAKETIME_DONT_FAKE_MONOTONIC=1",
            "FAKETIME_NO_CACHE=1",
            // Its cure for an old C library has each wait with a time limit on that clock end at once.
            "FAKETIME_FORCE_MONOTONIC_FIX=0",
        ];
}
