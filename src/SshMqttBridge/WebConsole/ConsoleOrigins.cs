namespace SshMqttBridge.WebConsole;

/// <summary>
/// The origins besides the console's own whose pages may show the console in a frame and send it requests: those of a proxy that
/// replaces the Host header, so that the console does not know the browser's address. Immutable.
/// </summary>
/// <param name="configured">Origins in the form that browsers send: <see cref="Uri"/> removes a default port.</param>
internal sealed class ConsoleOrigins(IReadOnlyList<Uri> configured)
{
    private readonly HashSet<string> _origins = [.. configured.Select(origin => origin.GetLeftPart(UriPartial.Authority))];

    /// <summary>Whether pages of some other origin may show the console in a frame.</summary>
    public bool AllowsFrames => _origins.Count > 0;

    /// <summary>The value of <c>frame-ancestors</c> in the Content-Security-Policy.</summary>
    public string FrameAncestors => AllowsFrames ? string.Join(' ', _origins.Order(StringComparer.Ordinal)) : "'none'";

    /// <param name="origin">The value of an Origin header.</param>
    public bool Allows(string origin) => _origins.Contains(origin);
}
