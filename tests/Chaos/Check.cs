namespace SshMqttBridge.Chaos;

/// <summary>Something that must not happen, and the commands it happened to.</summary>
internal sealed record Check(string Name, IReadOnlyList<string> Findings)
{
    public bool IsGood => Findings.Count == 0;
}
