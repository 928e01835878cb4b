namespace SshMqttBridge.Hosting;

/// <summary>What the program ends with.</summary>
internal static class ExitStatus
{
    public const int Success = 0;

    /// <summary>It failed while running.</summary>
    public const int Failure = 1;

    /// <summary>The configuration or the command line is wrong.</summary>
    public const int Usage = 2;
}
