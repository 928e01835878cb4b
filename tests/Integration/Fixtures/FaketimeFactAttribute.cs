namespace SshMqttBridge.Tests.Integration.Fixtures;

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
}
