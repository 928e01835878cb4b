namespace SshMqttBridge.Common;

/// <summary>
/// A password or passphrase. Only <see cref="Reveal"/> returns its text; logging or formatting it shows asterisks.
/// </summary>
internal sealed class Secret(string value) : IEquatable<Secret>
{
    /// <summary>Returns the text itself. Never put it in a log, a topic, an exception or an argument of a process.</summary>
    public string Reveal() => value;

    public override string ToString() => "***";

    public bool Equals(Secret? other) => other is not null && string.Equals(other.Reveal(), value, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as Secret);

    public override int GetHashCode() => value.GetHashCode(StringComparison.Ordinal);
}
