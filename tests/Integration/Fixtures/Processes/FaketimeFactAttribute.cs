namespace SshMqttBridge.Tests.Integration.Fixtures.Processes;

/// <summary>A test that makes the program's clock jump.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FaketimeFactAttribute : FactAttribute
{
    public FaketimeFactAttribute()
    {
        if (Library is null)
        {
            Skip = "needs the Debian package faketime";
        }
    }

    /// <summary>What is loaded before the program; null where it is not installed.</summary>
    public static string? Library { get; } =
        Directory.Exists("/usr/lib")
            ? Directory
                .EnumerateDirectories("/usr/lib")
                .Select(folder => Path.Combine(folder, "faketime/libfaketimeMT.so.1"))
                .FirstOrDefault(File.Exists)
            : null;

    /// <summary>
    /// What starts a program with a wall clock that is off by what is in the file, such as <c>+1d</c>; the clock that only
    /// counts goes on.
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
