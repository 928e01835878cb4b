namespace SshMqttBridge.Hosting;

/// <summary>The exit statuses of the program.</summary>
internal static class ExitStatus
{
    public const int Success = 0;

    /// <summary>The program failed.</summary>
    public const int Failure = 1;

    /// <summary>The configuration or the command line is invalid.</summary>
    public const int Usage = 2;
}
