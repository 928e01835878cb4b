namespace SshMqttBridge.Tests.Integration.WebConsole;

/// <summary>Makes pictures for the documentation; scripts/screenshots names the folder.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ScreenshotFactAttribute : FactAttribute
{
    public ScreenshotFactAttribute() =>
        Skip =
            Folder is null ? "makes pictures for the documentation: scripts/screenshots"
            : Chromium.Path is null ? "needs the Debian package chromium"
            : null;

    /// <summary>Where the pictures go; null: none are made.</summary>
    public static string? Folder { get; } = Environment.GetEnvironmentVariable("CONSOLE_SCREENSHOTS");
}
