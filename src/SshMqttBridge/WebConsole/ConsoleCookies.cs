namespace SshMqttBridge.WebConsole;

/// <summary>The two cookies of a browser.</summary>
internal sealed class ConsoleCookies(
    ConsoleToken token,
    bool isHttps,
    TimeSpan sessionLifetime,
    TimeSpan browserLifetime,
    TimeProvider time
)
{
    /// <summary>Keeps a browser signed in.</summary>
    public SignedCookie Sessions { get; } = new(token, "session", sessionLifetime, isHttps, time);

    /// <summary>Recognizes a browser that has signed in before.</summary>
    public SignedCookie Browsers { get; } = new(token, "browser", browserLifetime, isHttps, time);
}
