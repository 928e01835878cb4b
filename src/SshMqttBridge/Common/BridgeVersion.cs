using System.Reflection;

namespace SshMqttBridge.Common;

internal static class BridgeVersion
{
    /// <summary>The version, and the commit with its date if the build knew them (Revision.targets): <c>0.1.0+0123456789ab.2026-11-30</c>.</summary>
    private static readonly string Built =
        typeof(BridgeVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "unknown";

    /// <summary>For example <c>0.1.0</c>.</summary>
    public static string Text { get; } = Built.Split('+')[0];

    /// <summary>For example <c>0.1.0 (commit 0123456789ab, 2026-11-30)</c>, or only the version.</summary>
    public static string WithRevision { get; } = Describe(Built);

    /// <summary>Describes a version with build metadata.</summary>
    internal static string Describe(string built) =>
        built.Split('+') is [var version, var revision]
            ? revision.Split('.') switch
            {
                [var commit, var date] => $"{version} (commit {commit}, {date})",
                [var commit, var date, var state] => $"{version} (commit {commit}, {date}, {state})",
                _ => version,
            }
            : built.Split('+')[0];
}
